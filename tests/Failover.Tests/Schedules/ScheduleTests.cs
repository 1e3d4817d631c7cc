using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Schedules;

/// <summary>Schedules of a real process that is killed across their due times.</summary>
[Collection(SiloCollection.Name)]
public sealed class ScheduleTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Downtime = TimeSpan.FromSeconds(12);

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
        var (one, all, few, none, narrow) = (
            await client.EnableAsync(Trigger(new { policy = "ONE" })),
            await client.EnableAsync(Trigger(new { policy = "ALL", limit = 1000 })),
            await client.EnableAsync(Trigger(new { policy = "ALL", limit = 3 })),
            await client.EnableAsync(Trigger(new { policy = "NONE" })),
            await client.EnableAsync(Trigger(new { policy = "ALL", limit = 1000, window = "8s" })));
        await Task.Delay(2 * Second);
        await first.KillAsync();
        first.Dispose();

        await Task.Delay(Downtime);
        using var second = await SiloProcess.StartReadyAsync(settings);
        await Task.Delay(3 * Second);
        string[] flows = [one, all, few, none, narrow];
        await Task.WhenAll(flows.Select(client.DisableAsync));

        var ledgers = await Task.WhenAll(flows.Select(client.ReadLedgerAsync));
        Assert.All(ledgers, AssertGapless);
        AssertMissed(ledgers[0], row => row.Outcome == "COALESCED");
        AssertMissed(ledgers[1], row => row.Outcome == "CAUGHT_UP");
        AssertMissed(ledgers[2], row => row.Outcome == "CAUGHT_UP" || row is { Outcome: "MISSED", Reason: "OVER_LIMIT" });
        Assert.Equal(3, ledgers[2].Count(row => row.Outcome == "CAUGHT_UP"));
        AssertMissed(ledgers[3], row => row is { Outcome: "MISSED", Reason: "CATCH_UP_NONE" });
        AssertMissed(ledgers[4], row => row.Outcome == "CAUGHT_UP" || row is { Outcome: "MISSED", Reason: "OUTSIDE_WINDOW" });
        Assert.Contains(ledgers[4], row => row.Reason == "OUTSIDE_WINDOW");
    }

    static object Trigger(object catchUp) => new { type = "SCHEDULE", every = "1s", catchUp };

    static void AssertGapless(List<LedgerRow> ledger) =>
        Assert.All(ledger.Zip(ledger.Skip(1)), pair => Assert.Equal(Second, pair.Second.DueTime - pair.First.DueTime));

    /// <summary>At least the due times of the downtime that were no longer on time are as said, and all others fired.</summary>
    static void AssertMissed(List<LedgerRow> ledger, Predicate<LedgerRow> isAsSaid)
    {
        var missed = ledger.FindAll(row => row.Outcome != "FIRED");
        Assert.InRange(missed.Count, (int)Downtime.TotalSeconds - 6, int.MaxValue);
        Assert.All(missed, row => Assert.True(isAsSaid(row), $"{row}"));
    }
}
