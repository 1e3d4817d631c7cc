using System.Globalization;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Schedules;

/// <summary>How much many schedules cost, to be run by hand on a quiet machine: <c>-- --explicit only --filter-class "*ScheduleScaleTests"</c>.</summary>
/// <remarks><c>FLOWRUNS_SCHEDULES</c> says how many are enabled, <c>FLOWRUNS_DUE</c> how many of them are due at once.</remarks>
[Collection(SiloCollection.Name)]
public sealed class ScheduleScaleTests : IDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    readonly string directory = Directory.CreateTempSubdirectory("flowruns-scale-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact(Explicit = true)]
    public async Task Due_ManyAtOnce_AllStartWithinTenSeconds()
    {
        var (enabled, due) = (Setting.Find("FLOWRUNS_SCHEDULES") ?? 2000, Setting.Find("FLOWRUNS_DUE") ?? 500);
        var settings = new SiloSettings { DataDirectory = directory };
        using var client = new ScheduleClient(settings);
        var first = await SiloProcess.StartReadyAsync(settings);
        await Parallel.ForEachAsync(Enumerable.Range(0, enabled - due), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => await client.EnableAsync(new { type = "SCHEDULE", cron = "0 0 1 1 *" }));
        var time = TimeProvider.System.GetUtcNow().AddMinutes(2 + (due / 1000));
        var flows = new string[due];
        await Parallel.ForEachAsync(Enumerable.Range(0, due), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            flows[i] = await client.EnableAsync(new { type = "SCHEDULE", every = "7d", startsAt = time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) }));
        await first.StopAsync();
        first.Dispose();

        using var second = await SiloProcess.StartReadyAsync(settings);
        await Task.Delay(TimeSpan.FromSeconds(15));
        var (idleCpu, idleMemory) = (second.ProcessorTime, second.Memory);
        await Task.Delay(TimeSpan.FromSeconds(15));
        idleCpu = second.ProcessorTime - idleCpu;
        await Task.Delay(time - TimeProvider.System.GetUtcNow() + 3 * Deadline);

        var lateness = new List<double>();
        foreach (var flow in flows)
            lateness.Add((await client.ReadLedgerAsync(flow)).Single().Lateness ?? double.PositiveInfinity);
        lateness.Sort();
        var armed = second.Output.Split('\n').Single(line => line.Contains("Schedules are armed"));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{enabled} enabled: {armed.Trim()}; {idleMemory >> 20} MiB, {idleCpu.TotalMilliseconds / 150:0.0} % of a core when idle. "
            + $"{due} due at once: started after p50 {At(0.5)}, p95 {At(0.95)}, p99 {At(0.99)}, max {lateness[^1]:0} ms.");
        Assert.InRange(lateness[^1], 0, Deadline.TotalMilliseconds);

        string At(double share) => $"{lateness[(int)(share * (due - 1))]:0} ms";
    }
}
