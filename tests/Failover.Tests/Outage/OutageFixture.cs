using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Outage;

/// <summary>One silo on one PostgreSQL, and flows that nobody has asked for since the silo started: they are not in its memory.</summary>
public sealed class OutageFixture : IAsyncLifetime
{
    const int ColdFlows = 20;

    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-outage-silo-").FullName;
    readonly Queue<string> _coldFlows = [];

    internal Postgres? Postgres { get; private set; }

    internal SiloProcess Silo { get; private set; } = null!;

    internal OutageClient Client { get; private set; } = null!;

    internal string WarmFlow { get; private set; } = "";

    internal string NextColdFlow() => _coldFlows.Dequeue();

    public async ValueTask InitializeAsync()
    {
        if ((Postgres = await Postgres.StartNewAsync()) is null)
            return;

        await File.WriteAllTextAsync(Path.Combine(_directory, "encryption.key"), $"k1:{Convert.ToBase64String(new byte[32])}\n");
        var settings = new SiloSettings { DataDirectory = _directory, ConnectionString = Postgres.ConnectionString };
        Client = new OutageClient(settings);
        Silo = await SiloProcess.StartReadyAsync(settings);
        for (var i = 0; i < ColdFlows; i++)
            _coldFlows.Enqueue(await Client.DefineAsync());
        await Silo.StopAsync();
        Silo.Dispose();

        Silo = await SiloProcess.StartReadyAsync(settings);
        WarmFlow = await Client.DefineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Postgres is null)
            return;

        Client.Dispose();
        await Silo.StopAsync();
        Silo.Dispose();
        await Postgres.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
