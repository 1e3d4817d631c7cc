using FlowRuns.Grains.Tests;
using FlowRuns.Load.Baselines;
using FlowRuns.Load.Driving;
using FlowRuns.Load.Servers;
using HdrHistogram;
using Npgsql;

namespace FlowRuns.Load.Measures;

/// <summary>Measures one scenario: a fresh product on a fresh database, a warm-up, the measured seconds, then a look at every run.</summary>
/// <remarks>A single connection is compared with single commits, and the machine's speed changes within a minute: so these are measured right before and right after it.</remarks>
sealed class Experiment(PrivatePostgres postgres, TimeSpan warmUp, TimeSpan duration)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly TimeSpan CommitDuration = TimeSpan.FromSeconds(3);

    int _number;

    public async Task<Measurement> MeasureAsync(Scenario scenario, string profile, int siloCount, Pressure pressure)
    {
        using var standIn = new StandIn();
        var connectionString = profile == Profiles.Postgres ? await NewDatabaseAsync("product") : null;
        var database = connectionString is null ? null : new NpgsqlConnectionStringBuilder(connectionString).Database;
        await using var product = await Product.StartAsync(connectionString, standIn, siloCount);
        await using var meter = new UsageMeter(product, postgres, database);
        using var api = new Api(product);
        if (scenario.HasEffects)
            await ConnectSalesAsync(api);
        var flows = await api.DefineAsync(scenario, standIn);
        var storedBefore = await meter.ReadStoredBytesAsync();

        var starts = new Starts(product.Urls, [.. flows.Select(flow => HttpConnection.Request("POST", $"/api/v1/flows/{flow}/runs", product.Key, Scenario.StartBody))], pressure);
        var plain = pressure is { Connections: 1, Rate: null } && database is not null ? new PlainClient(await NewDatabaseAsync("plain"), postgres.ProcessId, commitsPerRun: 2) : null;
        await DriveAsync(starts, warmUp);
        if (plain is not null)
            await plain.MeasureAsync(connections: 1, CommitDuration);
        var before = await meter.ReadAsync();
        starts.Measure();
        await DriveAsync(starts, duration);
        var after = await meter.ReadAsync();
        var commits = plain is null ? null : await plain.MeasureAsync(connections: 1, CommitDuration);

        await DrainAsync(api, flows);
        var stored = await meter.ReadStoredBytesAsync() - storedBefore;
        var peak = product.ProcessIds.Max(ProcessTree.PeakBytes);
        var recount = await Recount.TakeAsync(api, flows, starts.Accepted);
        var ended = recount.Rows.Where(row => row.FinishTime >= before.At && row.FinishTime < after.At).ToList();
        return new Measurement
        {
            Scenario = scenario.Name,
            Profile = profile,
            Silos = product.ProcessIds.Count,
            Pressure = $"{pressure}",
            Seconds = (after.At - before.At).TotalSeconds,
            Completed = ended.Count,
            Refused = starts.Refused,
            AcceptMilliseconds = Percentiles.Of(starts.Latencies),
            CommitMilliseconds = commits?.CommitMilliseconds,
            RunMilliseconds = Percentiles.Of(Durations(ended)),
            ProductCpuPerThousand = PerRun(usage => usage.ProductCpu.TotalMilliseconds),
            DatabaseCpuPerThousand = PerRun(usage => usage.DatabaseCpu.TotalMilliseconds),
            DriverCpuPerThousand = PerRun(usage => usage.DriverCpu.TotalMilliseconds),
            TransactionsPerRun = database is null ? null : PerRun(usage => usage.Transactions),
            LogBytesPerRun = database is null ? null : PerRun(usage => usage.LogBytes),
            StoredBytesPerRun = stored / (double)starts.Accepted.Count,
            ProductPeakMegabytes = peak / 1e6,
            Faults = recount.Faults,
        };

        double PerRun(Func<Usage, double> used) => (used(after) - used(before)) / ended.Count;
    }

    static async Task DriveAsync(Starts starts, TimeSpan length)
    {
        using var stop = new CancellationTokenSource(length);
        await starts.RunAsync(stop.Token);
    }

    static async Task DrainAsync(Api api, string[] flows)
    {
        var began = TimeProvider.System.GetTimestamp();
        foreach (var flow in flows)
        {
            while (await api.IsRunningAsync(flow) && TimeProvider.System.GetElapsedTime(began) < Patience)
                await Task.Delay(100);
        }
    }

    static HistogramBase Durations(IEnumerable<RunRow> ended)
    {
        var durations = new Latencies();
        foreach (var row in ended)
            durations.Histogram.RecordValue(Math.Max(1, (long)(row.FinishTime!.Value - row.StartTime).TotalMicroseconds));
        return durations.Histogram;
    }

    /// <summary>A database of somebody else, on the same server.</summary>
    async Task ConnectSalesAsync(Api api)
    {
        var sales = await NewDatabaseAsync("sales");
        await using var source = NpgsqlDataSource.Create(sales);
        await using var create = source.CreateCommand("create table orders as select n as id, 500 + n as total from generate_series(1, 24) n");
        await create.ExecuteNonQueryAsync();
        await api.PostAsync("connections", $$$"""{"name":"sales","app":"postgresql","value":{"connectionString":"{{{sales}}}"}}""");
    }

    Task<string> NewDatabaseAsync(string name) => PrivatePostgres.NewDatabaseAsync(postgres.ConnectionString, $"{name}_{++_number}");
}
