using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Dashboard;

/// <summary>The real process with the dashboard switched on.</summary>
public sealed class DashboardServer : IAsyncLifetime
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-dashboard-").FullName;
    SiloProcess _silo = null!;

    internal SiloSettings Settings { get; private set; } = null!;

    internal DashboardClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Settings = new SiloSettings { DataDirectory = _directory, More = new Dictionary<string, string> { ["FlowRuns__Dashboard__Enabled"] = "true" } };
        _silo = await SiloProcess.StartReadyAsync(Settings);
        Client = new DashboardClient(Settings.Url);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _silo.StopAsync();
        _silo.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
