using FlowRuns.Flows;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class RunRetentionCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    // Retention looks at all flows, oldest runs first: each test lives in a year that no other has, the first one leaves nothing in its own.
    static readonly DateTimeOffset Year1 = Noon.AddYears(-20);
    static readonly DateTimeOffset Year2 = Noon.AddYears(-10);

    [Fact]
    public async Task PurgeRuns_InSlices_KeepsTotalsRunningRunsAndNewerOnes()
    {
        var flow = NewFlow();
        var old = Enumerable.Range(0, 5).Select(i => Start(flow, Year1.AddSeconds(i))).ToList();
        var (running, newer) = (Start(flow, Year1), Start(flow, Year1.AddSeconds(10)));
        await Store.CommitAllAsync([running, newer, newer.Finish(), .. old, .. old.Select(start => start.Finish())]);
        var stats = await Store.LoadStatsAsync(flow);
        var hours = await Store.ListHoursAsync(flow, new StatsWindow(null, null), default);

        Assert.Equal(3, await Store.PurgeRunsAsync(Year1.AddSeconds(10), DateTimeOffset.UnixEpoch, 3, default));
        Assert.Equal(2, await Store.PurgeRunsAsync(Year1.AddSeconds(10), DateTimeOffset.UnixEpoch, 3, default));
        Assert.Equal(0, await Store.PurgeRunsAsync(Year1.AddSeconds(10), DateTimeOffset.UnixEpoch, 3, default));

        Assert.Equal([newer.Run, running.Run], await Store.ListIdsAsync(flow));
        Assert.Equal(stats, await Store.LoadStatsAsync(flow));
        Assert.Equal(hours, await Store.ListHoursAsync(flow, new StatsWindow(null, null), default));
        Assert.Equal(7, stats.TotalRuns);
        Assert.Null(await Store.FindRunAsync(flow, old[0].Run, default));
        await Store.CommitAllAsync(running.Finish());
        await Store.PurgeRunsAsync(Year1.AddDays(1), DateTimeOffset.UnixEpoch, 10, default);
    }

    [Fact]
    public async Task PurgeRuns_ExpiredKeysAndOccurrences_GoWithThem()
    {
        var flow = NewFlow();
        var old = Enumerable.Range(0, 5).Select(i => Start(flow, Year2.AddSeconds(i)).Keyed($"k{i}").Due(Year2.AddSeconds(i))).ToList();
        await Store.CommitAllAsync([.. old, .. old.Select(start => start.Finish())]);

        await Store.PurgeRunsAsync(Year2.AddSeconds(2), Year2.AddSeconds(3), 2, default);

        // The dues of the first two are free, and so are the keys of the first three.
        Assert.Equal([Applied, Applied], await Store.CommitAllAsync(Start(flow, Year2).Due(Year2.AddSeconds(1)), Start(flow, Year2).Keyed("k2")));
        Assert.Equal([Duplicate, Duplicate], await Store.CommitAllAsync(Start(flow, Year2).Due(Year2.AddSeconds(2)), Start(flow, Year2).Keyed("k3")));
    }
}
