using System.Collections.Concurrent;
using FlowRuns.Failover.Tests.Cluster;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Schedules;

/// <summary>Schedules of a cluster whose silos are killed at random. The table of figures is in docs/schedules.md.</summary>
/// <remarks>The long form: <c>FLOWRUNS_SCHEDULES=500 FLOWRUNS_MINUTES=10</c>; <c>FLOWRUNS_SEED</c> repeats an earlier test's choices.</remarks>
[Collection(SiloCollection.Name)]
public sealed class ScheduleClusterTests(ITestOutputHelper output)
{
    const int FrequentCount = 50;

    // Longer than the flows of a killed silo need to be woken elsewhere.
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    // What is promised of runs whose silo is killed, too; a reminder alone would take up to a minute or two.
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    static readonly ParallelOptions Callers = new() { MaxDegreeOfParallelism = 8 };

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Kill_OfRandomSilos_LeavesOneRowAndAtMostOneRunForEachDueTime()
    {
        var seed = Setting.Find("FLOWRUNS_SEED") ?? Random.Shared.Next();
        var minutes = Setting.Find("FLOWRUNS_MINUTES") ?? 0;
        output.WriteLine($"FLOWRUNS_SEED={seed}");
        await using var cluster = await ClusterRun.StartAsync(siloCount: 3, workers: 0, seed);
        using var client = new ScheduleClient(cluster.GatewaySettings);
        var flows = await EnableAsync(client, Setting.Find("FLOWRUNS_SCHEDULES") ?? 20);

        var begin = Now;
        await Task.Delay(Settling + (TimeSpan.FromMinutes(minutes) / 3));
        var firstKill = Now;
        var (nemesis, random) = (new Nemesis(cluster, new Random(seed)), new Random(seed));
        while (nemesis.Kills < cluster.Count || Now - firstKill < TimeSpan.FromMinutes(minutes))
        {
            // First each of them once: whichever has the shards is among them.
            await nemesis.KillAsync(nemesis.Kills < cluster.Count ? nemesis.Kills : random.Next(cluster.Count));
            await cluster.WaitReadyAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1000, 3000)));
        }

        await nemesis.KillOneForGoodAsync();
        await Task.Delay(Settling);
        var end = Now;
        await Task.Delay(Settling);

        var (rows, wrong) = (new ConcurrentBag<LedgerRow>(), new ConcurrentQueue<string>());
        await Parallel.ForEachAsync(flows, Callers, async (flow, _) =>
        {
            bool IsInside(DateTimeOffset due) => due > begin && due <= end;
            var ledger = (await client.ReadLedgerAsync(flow.Id)).FindAll(row => IsInside(row.DueTime));
            var runs = (await client.ReadDueTimesOfRunsAsync(flow.Id)).FindAll(IsInside);
            foreach (var row in ledger)
                rows.Add(row);
            if (!ledger.Select(row => row.DueTime).SequenceEqual(flow.DueTimes(begin, end)))
                wrong.Enqueue($"{flow}: due times are not one row each: {string.Join(", ", ledger)}");
            if (!ledger.Where(row => row.HasRun).Select(row => row.DueTime).SequenceEqual(runs.Order()))
                wrong.Enqueue($"{flow}: runs are not those of the ledger: {string.Join(", ", runs.Order())} for {string.Join(", ", ledger)}");
            if (ledger.Exists(row => row.Outcome == "MISSED" || (flow.CatchesUpAll && !row.HasRun)))
                wrong.Enqueue($"{flow}: due times without the run that they should have: {string.Join(", ", ledger.Where(row => !row.HasRun))}");
        });

        var (undisturbed, disturbed) = (LatenessOf(rows.Where(row => row.DueTime < firstKill)), LatenessOf(rows.Where(row => row.DueTime >= firstKill)));
        var counts = string.Join(", ", rows.CountBy(row => row.Outcome).OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}"));
        var line = $"| {flows.Count(flow => flow.Period == TimeSpan.FromMinutes(1))} + {FrequentCount} | {nemesis.Kills + 1} in {(end - firstKill).TotalMinutes:0.0} min | {rows.Count} | {counts} | {wrong.Count} | {undisturbed} | {disturbed} |";
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("FLOWRUNS_SCHEDULE_TABLE") is { Length: > 0 } table)
            await File.AppendAllTextAsync(table, $"{line}\n");
        if (!wrong.IsEmpty)
            await File.WriteAllTextAsync(Path.Combine(cluster.Load.Folder, "output.txt"), cluster.Output);

        Assert.True(wrong.IsEmpty, $"{cluster.Load.Folder}/output.txt\n{string.Join('\n', wrong)}");
        Assert.InRange(disturbed.Max, 0, LongestSilence.TotalMilliseconds);
        if (minutes > 0)
            Assert.InRange(undisturbed.At(0.99), 0, 250);
        var (isHealthy, verdict) = await cluster.Load.JudgeAsync();
        Assert.True(isHealthy, verdict);
    }

    /// <summary>Half of them start a run for each due time, whatever happens; the others leave some to the run of a later one.</summary>
    static async Task<ScheduledFlow[]> EnableAsync(ScheduleClient client, int minutely)
    {
        var flows = new ConcurrentBag<ScheduledFlow>();
        await Parallel.ForEachAsync(Enumerable.Range(0, minutely + FrequentCount), Callers, async (i, _) =>
        {
            var (cron, period) = i < minutely ? ("* * * * *", TimeSpan.FromMinutes(1)) : ("*/5 * * * * *", TimeSpan.FromSeconds(5));
            object catchUp = i % 2 == 0 ? new { policy = "ALL", limit = 1000 } : new { policy = "ONE" };
            flows.Add(new ScheduledFlow(await client.EnableAsync(new { type = "SCHEDULE", cron, catchUp }), period, CatchesUpAll: i % 2 == 0));
        });
        return [.. flows];
    }

    static Lateness LatenessOf(IEnumerable<LedgerRow> rows) => new(rows.Where(row => row.HasRun).Select(row => row.Lateness!.Value));

    sealed record ScheduledFlow(string Id, TimeSpan Period, bool CatchesUpAll)
    {
        /// <summary>By the clock alone: all multiples of the period after the one time and up to the other.</summary>
        public IEnumerable<DateTimeOffset> DueTimes(DateTimeOffset after, DateTimeOffset upTo)
        {
            for (var due = after.AddTicks(Period.Ticks - (after.Ticks % Period.Ticks)); due <= upTo; due += Period)
                yield return due;
        }
    }
}
