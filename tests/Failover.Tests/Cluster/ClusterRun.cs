using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using FlowRuns.Failover.Tests.Load;
using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;
using FlowRuns.Runs;
using Npgsql;

namespace FlowRuns.Failover.Tests.Cluster;

/// <summary>Silos and a gateway as processes on a PostgreSQL of their own, under load, for a nemesis to trouble.</summary>
sealed class ClusterRun : IAsyncDisposable
{
    const string HowToGetPostgres = "No PostgreSQL was found: install one (Debian: apt-get install postgresql).";

    /// <summary>What the others need at most to take a silent silo for dead, while PostgreSQL crashes as well.</summary>
    static readonly TimeSpan DeathDetection = TimeSpan.FromSeconds(15);

    // Clients that never pause take the processors from the silos that start again.
    static readonly TimeSpan ThinkTime = TimeSpan.FromMilliseconds(100);

    // By the run, and by the membership table.
    static readonly string[] Refusals = ["belongs to another owner by now", "no longer, a member of its cluster"];

    readonly PrivatePostgres server;
    readonly SiloNetwork? network;
    readonly SiloSettings[] settings;
    readonly SiloProcess?[] silos;
    readonly List<string> output = [];
    SiloProcess? gateway;

    ClusterRun(PrivatePostgres server, SiloNetwork? network, LoadRun load, int siloCount, string? firstSilo)
    {
        this.server = server;
        this.network = network;
        var outside = network is null ? IPAddress.Loopback : SiloNetwork.Outside;
        Proxy = new TcpProxy(outside, new NpgsqlConnectionStringBuilder(server.ConnectionString).Port);
        Load = load;
        silos = new SiloProcess?[siloCount];
        var database = $"Host={outside};Port={Proxy.Port};Username=postgres;Database=postgres";
        // Every silo has its share of every flow: a harm to any of them hits.
        var common = new Dictionary<string, string> { ["Logging__LogLevel__Orleans"] = "Error", ["FlowRuns__Runs__SpreadAbove"] = "2" };
        settings =
        [
            .. Enumerable.Range(0, siloCount).Select(number => load.Settings with
            {
                Ports = FreePorts.Take(3),
                Address = network is null ? IPAddress.Loopback : SiloNetwork.AddressOf(number),
                NetworkNamespace = network is null ? null : SiloNetwork.NamespaceOf(number),
                ConnectionString = database,
                Program = number == 0 && firstSilo is not null ? firstSilo : Repository.Silo,
                // One of them leaves the API to the others.
                More = number == siloCount - 1 && siloCount > 2 ? new Dictionary<string, string>(common) { ["FlowRuns__Role"] = "Silo" } : common,
            }),
        ];
        GatewaySettings = load.Settings with { Ports = FreePorts.Take(3), ConnectionString = database, Program = Repository.GatewayDll, More = common };
        load.Target([GatewaySettings.Url, .. settings.Where(silo => !silo.More.ContainsKey("FlowRuns__Role")).Select(silo => silo.Url)]);
    }

    public LoadRun Load { get; }

    public TcpProxy Proxy { get; }

    public SiloSettings GatewaySettings { get; }

    public int Count => silos.Length;

    /// <summary>Whether silos can be cut off from each other.</summary>
    public bool HasNetwork => network is not null;

    /// <summary>How often a silo that others had taken for dead tried to change a run, and could not.</summary>
    public int RejectedWrites => output.Concat(silos.Select(silo => silo?.Output ?? "")).Sum(text => Refusals.Sum(refusal => text.Split(refusal).Length - 1));

    /// <summary>How often a silo ended of itself and was started again.</summary>
    public int RepeatedStarts { get; private set; }

    public string Output => string.Join('\n', output.Concat(silos.Select((silo, number) => $"--- silo {number}\n{silo?.Output}")).Append($"--- gateway\n{gateway?.Output}"));

    /// <param name="firstSilo">Another build for the first silo.</param>
    /// <param name="isSeparate">Each silo in a network of its own, where the machine allows it.</param>
    public static async Task<ClusterRun> StartAsync(int siloCount, int workers, int seed, string? firstSilo = null, bool isSeparate = false)
    {
        var binaries = PrivatePostgres.FindBinaries();
        Assert.SkipWhen(binaries is null && Environment.GetEnvironmentVariable("CI") != "true", HowToGetPostgres);
        Assert.True(binaries is not null, HowToGetPostgres);
        var networks = isSeparate ? await SiloNetwork.TryCreateAsync(siloCount) : null;
        var load = await LoadRun.PrepareAsync(slow: TimeSpan.FromMilliseconds(150), networks is null ? null : SiloNetwork.Outside);
        var postgres = await PrivatePostgres.StartAsync(binaries!, "max_connections=200");
        await File.WriteAllTextAsync(Path.Combine(load.Settings.DataDirectory, "encryption.key"), $"k1:{Convert.ToBase64String(new byte[32])}");
        var cluster = new ClusterRun(postgres, networks, load, siloCount, firstSilo);
        try
        {
            cluster.gateway = SiloProcess.Start(cluster.GatewaySettings);
            cluster.StartSilo(0);
            await cluster.WaitReadyAsync(0);
            for (var silo = 1; silo < siloCount; silo++)
                cluster.StartSilo(silo);
            await cluster.WaitReadyAsync();
            await load.StartAsync(workers, seed, ThinkTime);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public void StartSilo(int silo) => silos[silo] = SiloProcess.Start(settings[silo]);

    public async Task WaitReadyAsync()
    {
        for (var silo = 0; silo < silos.Length; silo++)
            await WaitReadyAsync(silo);
        await gateway!.WaitReadyAsync();
    }

    /// <summary>Starts it again, as an orchestrator would, when it found no database or took itself for dead.</summary>
    async Task WaitReadyAsync(int silo)
    {
        for (var starts = 0; ; starts++)
        {
            try
            {
                await silos[silo]!.WaitReadyAsync();
                return;
            }
            catch (InvalidOperationException) when (starts < 20 && silos[silo]!.HasExited)
            {
                RepeatedStarts++;
                Restart(silo);
            }
        }
    }

    public async Task KillAsync(params int[] which)
    {
        var runs = await OwnedAsync(which);
        foreach (var silo in which)
            await silos[silo]!.KillAsync();
        Load.Client.Stopped($"killed {string.Join(", ", which)}", runs);
        foreach (var silo in which)
            Restart(silo);
    }

    /// <summary>Nobody starts it again, until somebody waits for it to be ready.</summary>
    public Task KillForGoodAsync(int silo) => silos[silo]!.KillAsync();

    /// <param name="isDatabaseTroubled">Then it may not be able to write down what its steps have done before it leaves, and others do that again.</param>
    public async Task<int> StopAsync(int silo, bool isDatabaseTroubled)
    {
        if (isDatabaseTroubled)
            Load.Client.Stopped($"told to stop {silo}");
        var code = await silos[silo]!.StopAsync();
        if (isDatabaseTroubled)
            Load.Client.Stopped($"stopped {silo}");
        Restart(silo);
        return code;
    }

    /// <summary>Suspends a silo until the others have taken it for dead, and lets it go on.</summary>
    public async Task SuspendAsync(int silo)
    {
        var runs = await OwnedAsync(silo);
        await silos[silo]!.SignalAsync("STOP");
        Load.Client.Stopped($"suspended {silo}", runs);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < DeathDetection && !await IsDeadAsync(silo);)
            await Task.Delay(100);
        await silos[silo]!.SignalAsync("CONT");
    }

    /// <summary>Takes a silo's way to the others, not the one to the database, until they have taken it for dead.</summary>
    public async Task CutOffAsync(int silo)
    {
        Load.Client.Stopped($"cut off {silo}", await OwnedAsync(silo));
        await network!.CutOffAsync(silo);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < DeathDetection && !await IsDeadAsync(silo);)
        {
            // It goes on taking up runs, and the others take them over at a moment that only they know.
            await Task.Delay(TimeSpan.FromSeconds(1));
            Load.Client.Stopped($"still cut off {silo}");
        }

        await network.RejoinAsync(silo);
    }

    public async Task RestartDatabaseAsync()
    {
        await server.CrashAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await server.StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        gateway?.Dispose();
        foreach (var silo in silos)
            silo?.Dispose();
        await Proxy.DisposeAsync();
        await server.DisposeAsync();
        if (network is not null)
            await network.DisposeAsync();
    }

    void Restart(int silo)
    {
        if (silos[silo] is { } ended)
        {
            output.Add($"--- silo {silo}, earlier\n{ended.Output}");
            ended.Dispose();
        }

        StartSilo(silo);
    }

    async Task<ImmutableArray<string>> OwnedAsync(params int[] which)
    {
        var owners = string.Join('|', which.Select(silo => $":{settings[silo].Ports[1]}@"));
        var runs = await AskAsync<Guid>("select id from running_runs where owner ~ $1", owners);
        return [.. runs.Select(run => new RunId(run).ToString())];
    }

    async Task<bool> IsDeadAsync(int silo) =>
        await AskAsync<bool>("select status = 6 from OrleansMembershipTable where port = $1 order by generation desc limit 1", settings[silo].Ports[1]) is [true];

    /// <returns>The first column of each row; none when the database is just being troubled as well.</returns>
    async Task<IReadOnlyList<T>> AskAsync<T>(string sql, object parameter)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create($"{server.ConnectionString};Pooling=false;Timeout=2;Command Timeout=2");
            await using var command = source.CreateCommand(sql);
            command.Parameters.Add(new() { Value = parameter });
            await using var reader = await command.ExecuteReaderAsync();
            var values = new List<T>();
            while (await reader.ReadAsync())
                values.Add(reader.GetFieldValue<T>(0));
            return values;
        }
        catch (NpgsqlException)
        {
            return [];
        }
    }
}
