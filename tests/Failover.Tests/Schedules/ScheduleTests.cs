using System.Diagnostics;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Schedules;

/// <summary>Schedules of a real process that is killed across their due times.</summary>
/// <remarks><c>FLOWRUNS_DOWNTIME</c> says for how many seconds nothing runs, at most 900.</remarks>
[Collection(SiloCollection.Name)]
public sealed class ScheduleTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Downtime = TimeSpan.FromSeconds(Setting.Find("FLOWRUNS_DOWNTIME") ?? 12);

    // What is looked at this late has not been missed.
    static readonly TimeSpan OnTime = TimeSpan.FromSeconds(5);

    readonly string directory = Directory.CreateTempSubdirectory("flowruns-schedules-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Kill_AcrossDueTimes_LeavesOneRowAndAtMostOneRunForEach()
    {
        var settings = new SiloSettings { DataDirectory = directory };
        using var client = new ScheduleClient(settings);
        var silo = await SiloProcess.StartReadyAsync(settings);
        string[] flows = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.EnableAsync(new { type = "SCHEDULE", cron = "* * * * * *", catchUp = new { policy = i % 2 == 0 ? "ALL" : "ONE", limit = 1000 } })))];

        for (var kill = 0; kill < 3; kill++)
        {
            await Task.Delay(TimeSpan.FromSeconds(3) + TimeSpan.FromMilliseconds(331 * kill));
            await silo.KillAsync();
            silo.Dispose();
            silo = await SiloProcess.StartReadyAsync(settings);
        }

        await Task.Delay(3 * Second);
        await Task.WhenAll(flows.Select(client.DisableAsync));
        foreach (var (flow, i) in flows.Select((flow, i) => (flow, i)))
        {
            var ledger = await client.ReadLedgerAsync(flow);
            AssertGapless(ledger);
            Assert.DoesNotContain(ledger, row => row.Outcome == "MISSED");
            Assert.Equal(ledger.Where(row => row.HasRun).Select(row => row.DueTime), (await client.ReadDueTimesOfRunsAsync(flow)).Order());
            if (i % 2 == 0)
                Assert.All(ledger, row => Assert.True(row.HasRun, $"{row}"));
        }

        silo.Dispose();
    }

    [Fact]
    public async Task Downtime_AcrossDueTimes_EachPolicyDoesWhatItSays()
    {
        var settings = new SiloSettings { DataDirectory = directory };
        using var client = new ScheduleClient(settings);
        var first = await SiloProcess.StartReadyAsync(settings);
        var window = (int)Downtime.TotalSeconds * 2 / 3;
        string[] flows =
        [
            await client.EnableAsync(Trigger(new { policy = "ONE" })),
            await client.EnableAsync(Trigger(new { policy = "ONE" }, TimeProvider.System.GetUtcNow() + 6 * Second)),
            await client.EnableAsync(Trigger(new { policy = "ALL", limit = 1000 })),
            await client.EnableAsync(Trigger(new { policy = "ALL", limit = 3 })),
            await client.EnableAsync(Trigger(new { policy = "ALL", limit = 1000, window = $"{window}s" })),
            await client.EnableAsync(Trigger(new { policy = "NONE" })),
        ];
        await Task.Delay(2 * Second);
        await first.KillAsync();
        first.Dispose();

        var down = Stopwatch.StartNew();
        await Task.Delay(Downtime);
        using var second = await SiloProcess.StartReadyAsync(settings);
        var longest = down.Elapsed + Second;
        await Task.Delay(3 * Second);
        await Task.WhenAll(flows.Select(client.DisableAsync));

        var ledgers = await Task.WhenAll(flows.Select(client.ReadLedgerAsync));
        Assert.All(ledgers, AssertGapless);
        foreach (var (flow, ledger) in flows.Zip(ledgers))
            Assert.Equal(ledger.Where(row => row.HasRun).Select(row => row.DueTime), (await client.ReadDueTimesOfRunsAsync(flow)).Order());

        var stretches = ledgers.Select(StretchesOf).ToList();
        foreach (var stretch in stretches)
            TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", stretch));
        Assert.Equal(["FIRED", "COALESCED", "FIRED"], stretches[0].Select(stretch => stretch.Outcome));
        Assert.Equal(["FIRED", "COALESCED", "CAUGHT_UP"], stretches[1].Select(stretch => stretch.Outcome));
        Assert.Equal(1, stretches[1][^1].Count);
        Assert.Equal(["FIRED", "CAUGHT_UP", "FIRED"], stretches[2].Select(stretch => stretch.Outcome));
        Assert.Equal(["FIRED", "MISSED OVER_LIMIT", "CAUGHT_UP", "FIRED"], stretches[3].Select(stretch => stretch.Outcome));
        Assert.Equal(3, stretches[3][2].Count);
        Assert.Equal(["FIRED", "MISSED OUTSIDE_WINDOW", "CAUGHT_UP", "FIRED"], stretches[4].Select(stretch => stretch.Outcome));
        Assert.InRange(stretches[4][2].Count, window - OnTime.TotalSeconds - 1, window - OnTime.TotalSeconds + 1);
        Assert.Equal(["FIRED", "MISSED CATCH_UP_NONE", "FIRED"], stretches[5].Select(stretch => stretch.Outcome));
        Assert.All(
            [stretches[0], .. stretches[2..]],
            flow => Assert.InRange(flow[1..^1].Sum(stretch => stretch.Count), (Downtime - OnTime - Second).TotalSeconds, (longest - OnTime + Second).TotalSeconds));
    }

    static object Trigger(object catchUp, DateTimeOffset? endsAt = null) => new { type = "SCHEDULE", every = "1s", catchUp, endsAt };

    static void AssertGapless(List<LedgerRow> ledger) =>
        Assert.All(ledger.Zip(ledger.Skip(1)), pair => Assert.Equal(Second, pair.Second.DueTime - pair.First.DueTime));

    /// <summary>What became of the due times, in their order, and of how many in a row.</summary>
    static List<(string Outcome, int Count)> StretchesOf(List<LedgerRow> ledger)
    {
        var stretches = new List<(string Outcome, int Count)>();
        foreach (var row in ledger)
        {
            var outcome = row.Reason is null ? row.Outcome : $"{row.Outcome} {row.Reason}";
            if (stretches.Count > 0 && stretches[^1].Outcome == outcome)
                stretches[^1] = (outcome, stretches[^1].Count + 1);
            else
                stretches.Add((outcome, 1));
        }

        return stretches;
    }
}
