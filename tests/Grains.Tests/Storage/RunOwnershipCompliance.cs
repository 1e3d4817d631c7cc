using FlowRuns.Runs;
using FlowRuns.Storage;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class RunOwnershipCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    [Fact]
    public async Task TakeOver_RunsOfTheDead_RaisesTheirAttemptAndLeavesOthers()
    {
        var flow = NewFlow();
        var lost = Start(flow) with { Owner = "dead-1" };
        var finished = Start(flow) with { Owner = "dead-1" };
        var live = Start(flow) with { Owner = "live-1" };
        await Store.CommitAllAsync(lost, finished, finished.Finish(), live);

        var taken = await Store.TakeOverAsync(["live-1", "silo-a"], "new-1", 10, default);
        var again = await Store.TakeOverAsync(["live-1", "silo-a"], "new-1", 10, default);
        var next = await Store.TakeOverAsync(["live-1", "silo-a"], "new-2", 10, default);

        Assert.Equal([new OwnedRun(lost.Run, flow, 2)], taken);
        Assert.Empty(again);
        Assert.Equal([new OwnedRun(lost.Run, flow, 3)], next);
        var progress = await Store.FindProgressAsync(lost.Run, default);
        Assert.Equal(("new-2", 3, 2), (progress!.Owner, progress.Attempt, progress.Interruptions));
        Assert.Equal(1, (await Store.FindProgressAsync(live.Run, default))!.Attempt);
        await Store.CommitAllAsync(lost.Finish(attempt: 3));
    }

    [Fact]
    public async Task Claim_ByAnotherOwner_RaisesTheAttemptAndFencesTheOneBefore()
    {
        var start = Start(NewFlow()) with { Owner = "live-1" };
        var claim = new RunClaim(start.Run) { Attempt = 1, Owner = "live-2" };

        Assert.Equal([Applied, Applied, Repeated], await Store.CommitAllAsync(start, claim, claim));
        Assert.Equal([Repeated, Stale, Stale, Stale], await Store.CommitAllAsync(claim, claim with { Owner = "live-3" }, start.Checkpoint(0, Step("a")), start.Finish()));

        var progress = await Store.FindProgressAsync(start.Run, default);
        Assert.Equal(("live-2", 2, 0), (progress!.Owner, progress.Attempt, progress.Interruptions));
        Assert.Equal([Applied, Stale, Stale], await Store.CommitAllAsync(start.Finish(attempt: 2), claim, claim with { Attempt = 2 }));
    }

    [Fact]
    public async Task TakeOver_RunHandedOver_CountsNoInterruption()
    {
        var start = Start(NewFlow()) with { Owner = "live-1" };
        await Store.CommitAllAsync(start, new RunClaim(start.Run) { Attempt = 1, Owner = RunClaim.Nobody });

        Assert.Equal([new OwnedRun(start.Run, start.Flow, 3)], await Store.TakeOverAsync(["live-1", "silo-a"], "new-1", 10, default));

        Assert.Equal(0, (await Store.FindProgressAsync(start.Run, default))!.Interruptions);
        await Store.CommitAllAsync(start.Finish(attempt: 3));
    }

    [Fact]
    public async Task TakeOver_NobodyIsLive_TakesAll()
    {
        var start = Start(NewFlow()) with { Owner = "dead-2" };
        await Store.CommitAsync(start);

        Assert.Contains(new OwnedRun(start.Run, start.Flow, 2), await Store.TakeOverAsync([], "silo-a", 10000, default));
        await Store.CommitAllAsync(start.Finish(attempt: 2));
    }

    [Fact]
    public async Task TakeOver_ByTwoAtOnce_TakesNoRunTwice()
    {
        var starts = Enumerable.Range(0, 300).Select(_ => Start(NewFlow()) with { Owner = "dead-3" }).ToList();
        await Store.CommitAllAsync([.. starts]);

        var sweeps = await Task.WhenAll(SweepAsync(Store, "left"), SweepAsync(Another, "right"));

        var taken = sweeps.SelectMany(sweep => sweep).ToList();
        Assert.Equal(starts.Select(start => start.Run).Order(), taken.Select(owned => owned.Run).Order());
        Assert.All(taken, owned => Assert.Equal(2, owned.Attempt));
        await Store.CommitAllAsync([.. starts.Select(start => start.Finish(attempt: 2))]);
    }

    [Fact]
    public async Task ListOwned_OneOwner_ShowsItsEarlierRunningRunsOldestFirst()
    {
        var flow = NewFlow();
        var starts = Enumerable.Range(0, 4).Select(i => Start(flow, Noon.AddSeconds(i)) with { Owner = "owner-4" }).ToList();
        var foreign = Start(flow) with { Owner = "owner-5" };
        await Store.CommitAllAsync([.. starts, starts[1].Finish(), foreign]);

        var owned = await Store.ListOwnedAsync("owner-4", Noon.AddSeconds(3), default);

        Assert.Equal([new OwnedRun(starts[0].Run, flow, 1), new OwnedRun(starts[2].Run, flow, 1)], owned);
        await Store.CommitAllAsync([.. starts.Select(start => start.Finish()), foreign.Finish()]);
    }

    static async Task<List<OwnedRun>> SweepAsync(IRunStore store, string owner)
    {
        var all = new List<OwnedRun>();
        while (true)
        {
            var taken = await store.TakeOverAsync(["left", "right", "silo-a", "live-1"], owner, 10, default);
            all.AddRange(taken);
            if (taken.Length < 10)
                return all;
        }
    }
}
