using System.Diagnostics;
using System.Globalization;
using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;
using Npgsql;

namespace FlowRuns.Failover.Tests.Schedules.Scale;

/// <summary>What many schedules cost, and many reminders, on a PostgreSQL; to be run by hand on a quiet machine: <c>-explicit only -class "*ScheduleScaleTests" -showLiveOutput</c>.</summary>
/// <remarks><c>FLOWRUNS_SCHEDULES</c> says how many there are, <c>FLOWRUNS_DUE</c> how many of them are due at once, <c>FLOWRUNS_MINUTES</c> how long they are watched at rest.</remarks>
[Collection(SiloCollection.Name)]
public sealed class ScheduleScaleTests(ITestOutputHelper output) : IAsyncLifetime
{
    const string Database = "flowruns";

    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    static readonly int Count = Setting.Find("FLOWRUNS_SCHEDULES") ?? 2000;
    static readonly int Due = Setting.Find("FLOWRUNS_DUE") ?? 500;
    static readonly TimeSpan Rest = TimeSpan.FromMinutes(Setting.Find("FLOWRUNS_MINUTES") ?? 1);

    readonly string directory = Directory.CreateTempSubdirectory("flowruns-scale-").FullName;
    PrivatePostgres server = null!;
    SiloSettings settings = null!;

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        server = await PrivatePostgres.StartAsync(PrivatePostgres.FindBinaries() ?? throw new InvalidOperationException("No PostgreSQL was found."));
        await File.WriteAllTextAsync(Path.Combine(directory, "encryption.key"), $"k1:{Convert.ToBase64String(new byte[32])}");
        settings = new SiloSettings { DataDirectory = directory, ConnectionString = await PrivatePostgres.NewDatabaseAsync(server.ConnectionString, Database) };
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact(Explicit = true)]
    public async Task Schedules_ManyDueAtOnce_AllStartWithinTenSeconds()
    {
        using var client = new ScheduleClient(settings);
        (Usage, long) empty;
        DateTimeOffset time;
        string[] flows;
        using (var first = await SiloProcess.StartReadyAsync(settings))
        {
            empty = await RestAsync(first.Id, () => first.Memory);
            var seeding = Stopwatch.StartNew();
            await EnableAsync(client, new { type = "SCHEDULE", cron = "0 0 1 1 *" }, Count - Due);
            time = NextMinute((seeding.Elapsed * 2 * Due / Math.Max(1, Count - Due)) + Rest + TimeSpan.FromMinutes(2));
            flows = await EnableAsync(client, new { type = "SCHEDULE", every = "7d", startsAt = time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) }, Due);
            await first.StopAsync();
        }

        var start = Stopwatch.StartNew();
        using var second = SiloProcess.Start(settings);
        while (!second.Output.Contains("Schedules are armed"))
        {
            Assert.False(second.HasExited, second.Output);
            await Task.Delay(20);
        }

        var armed = start.Elapsed;
        var full = await RestAsync(second.Id, () => second.Memory);
        var top = await WatchDueAsync(second.Id, time);

        var lateness = new double[Due];
        await Parallel.ForAsync(0, Due, async (i, _) => lateness[i] = (await client.ReadLedgerAsync(flows[i])).SingleOrDefault()?.Lateness ?? double.PositiveInfinity);
        Report("64 shards", armed, empty, full, top, new Lateness(lateness));
        output.WriteLine(second.Output.Split('\n').First(line => line.Contains("Schedules are armed")).Trim());
        output.WriteLine($"{second.Output.Split("could not be woken yet").Length - 1} times a flow could not be woken at once.");
        Assert.InRange(lateness.Max(), 0, Deadline.TotalMilliseconds);
    }

    /// <summary>For comparison: Orleans' own means alone, without flows, runs and ledger.</summary>
    [Fact(Explicit = true)]
    public async Task Reminders_ManyDueAtOnce_AllTick()
    {
        // It makes the tables.
        using (var product = await SiloProcess.StartReadyAsync(settings))
            await product.StopAsync();
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString!);
        (Usage, long) empty;
        await using (await ReminderSilo.StartAsync(source))
            empty = await RestAsync(Environment.ProcessId, () => Environment.WorkingSet);
        var time = NextMinute(Rest + TimeSpan.FromMinutes(2));
        await ReminderSilo.SeedAsync(source, Count, Due, time);

        var start = Stopwatch.StartNew();
        await using var silo = await ReminderSilo.StartAsync(source);
        await silo.WaitArmedAsync();
        var armed = start.Elapsed;
        var full = await RestAsync(Environment.ProcessId, () => Environment.WorkingSet);
        var top = await WatchDueAsync(Environment.ProcessId, time);

        Report("a reminder each", armed, empty, full, top, new Lateness(TickGrain.Lateness));
        Assert.Equal(Due, TickGrain.Lateness.Count);
    }

    async Task<string[]> EnableAsync(ScheduleClient client, object trigger, int count)
    {
        var (flows, done, watch) = (new string[count], 0, Stopwatch.StartNew());
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            flows[i] = await client.EnableAsync(trigger);
            if (Interlocked.Increment(ref done) is var so && so % 5000 == 0)
                output.WriteLine($"{so} of {count} flows are enabled after {watch.Elapsed.TotalSeconds:0} s.");
        });
        return flows;
    }

    async Task<(Usage Usage, long Memory)> RestAsync(int silo, Func<long> memory)
    {
        await Task.Delay(Settling);
        var before = await Usage.ReadAsync(server, Database, silo);
        await Task.Delay(Rest);
        return (await Usage.ReadAsync(server, Database, silo) - before, memory());
    }

    async Task<Usage> WatchDueAsync(int silo, DateTimeOffset time)
    {
        Assert.True(Now < time, $"Preparing took until after {time:T}: FLOWRUNS_MINUTES is too short or the machine too busy.");
        await Task.Delay(time - Now - TimeSpan.FromSeconds(1));
        var before = await Usage.ReadAsync(server, Database, silo);
        await Task.Delay(2 * Deadline);
        return await Usage.ReadAsync(server, Database, silo) - before;
    }

    void Report(string what, TimeSpan armed, (Usage Usage, long Memory) empty, (Usage Usage, long Memory) full, Usage top, Lateness lateness)
    {
        var line = $"| {what} | {Count} | {armed.TotalSeconds:0.0} s | {empty.Memory >> 20} → {full.Memory >> 20} MB | {empty.Usage.Rates} → {full.Usage.Rates} | {Due} | {top.Totals} | {lateness} |";
        output.WriteLine($"{line}\n{lateness.Histogram}");
        if (Environment.GetEnvironmentVariable("FLOWRUNS_SCHEDULE_TABLE") is { Length: > 0 } table)
            File.AppendAllText(table, $"{line}\n{lateness.Histogram}\n");
    }

    static DateTimeOffset NextMinute(TimeSpan after)
    {
        var minutes = (long)Math.Ceiling((Now + after).ToUnixTimeSeconds() / 60.0);
        return DateTimeOffset.FromUnixTimeSeconds(minutes * 60);
    }
}
