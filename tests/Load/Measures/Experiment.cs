using FlowRuns.Grains.Tests;
using FlowRuns.Load.Driving;
using FlowRuns.Load.Servers;
using HdrHistogram;
using Npgsql;

namespace FlowRuns.Load.Measures;

/// <summary>Measures one scenario: a fresh product on a fresh database, a warm-up, the measured seconds, then a look at every run.</summary>
sealed class Experiment(PrivatePostgres postgres, TimeSpan warmUp, TimeSpan duration)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    int _number;

    public async Task<Measurement> MeasureAsync(Scenario scenario, string profile, int siloCount, Pressure pressure)
    {
        using var standIn = new StandIn();
        var database = profile == Profiles.Postgres ? $"product_{++_number}" : null;
        var connectionString = database is null ? null : await PrivatePostgres.NewDatabaseAsync(postgres.ConnectionString, database);
        await using var product = await Product.StartAsync(connectionString, standIn, siloCount);
        await using var meter = new UsageMeter(product, postgres, database);
        using var api = new Api(product);
        if (scenario.HasEffects)
            await ConnectSalesAsync(api);
        var flows = await api.DefineAsync(scenario, standIn);
        var storedBefore = await meter.ReadStoredBytesAsync();

        var starts = new Starts(product.Urls, [.. flows.Select(flow => HttpConnection.Request("POST", $"/api/v1/flows/{flow}/runs", product.Key, Scenario.StartBody))], pressure);
        var (before, after) = await DriveAsync(starts, meter);

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

    async Task<(Usage Before, Usage After)> DriveAsync(Starts starts, UsageMeter meter)
    {
        using var stop = new CancellationTokenSource();
        var driving = starts.RunAsync(stop.Token);
        await await Task.WhenAny(driving, Task.Delay(warmUp));
        var before = await meter.ReadAsync();
        starts.Measure(true);
        await await Task.WhenAny(driving, Task.Delay(duration));
        starts.Measure(false);
        var after = await meter.ReadAsync();
        await stop.CancelAsync();
        await driving;
        return (before, after);
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
        var sales = await PrivatePostgres.NewDatabaseAsync(postgres.ConnectionString, $"sales_{++_number}");
        await using var source = NpgsqlDataSource.Create(sales);
        await using var create = source.CreateCommand("create table orders as select n as id, 500 + n as total from generate_series(1, 24) n");
        await create.ExecuteNonQueryAsync();
        await api.PostAsync("connections", $$$"""{"name":"sales","app":"postgresql","value":{"connectionString":"{{{sales}}}"}}""");
    }
}
