using FlowRuns.Runs;
using FlowRuns.Steps;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class RunProgressCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    [Fact]
    public async Task Checkpoint_CommittedAgain_IsRepeatedAndRecordedOnce()
    {
        var start = Start(NewFlow());
        var (first, second) = (start.Checkpoint(0, Step("a"), Step("b")), start.Checkpoint(2, Step("c")));

        Assert.Equal([Applied, Applied, Repeated], await Store.CommitAllAsync(start, first, first));
        Assert.Equal([Applied, Repeated, Repeated], await Store.CommitAllAsync(second, first, second));

        Assert.Equal(["a", "b", "c"], (await Store.FindProgressAsync(start.Run, default))!.Done.Select(step => step.Name));
    }

    [Fact]
    public async Task Checkpoint_BatchBeforeItWasLost_LeavesNoGap()
    {
        var start = Start(NewFlow());
        await Store.CommitAsync(start);

        Assert.Equal([Stale], await Store.CommitAllAsync(start.Checkpoint(1, Step("b"))));
        Assert.Empty((await Store.FindProgressAsync(start.Run, default))!.Done);
    }

    [Fact]
    public async Task Checkpoint_UnknownOrFinishedRun_IsStale()
    {
        var (unknown, finished) = (Start(NewFlow()), Start(NewFlow()));

        Assert.Equal([Stale], await Store.CommitAllAsync(unknown.Checkpoint(0, Step("a"))));
        Assert.Equal([Applied, Applied, Stale], await Store.CommitAllAsync(finished, finished.Finish(), finished.Checkpoint(0, Step("a"))));
    }

    [Fact]
    public async Task Checkpoint_OnlyAnAttempt_ReplacesTheOneBefore()
    {
        var start = Start(NewFlow());
        var (first, second) = (start.Checkpoint(0) with { AttemptsBegun = 1 }, start.Checkpoint(0) with { AttemptsBegun = 2 });

        Assert.Equal([Applied, Applied, Repeated, Applied], await Store.CommitAllAsync(start, first, first, second));

        var progress = await Store.FindProgressAsync(start.Run, default);
        Assert.Equal(2, progress!.AttemptsBegun);
        Assert.Empty(progress.Done);
    }

    [Fact]
    public async Task Checkpoint_EarlierAttemptComesLate_ForgetsNoAttempt()
    {
        var start = Start(NewFlow());
        var (first, second) = (start.Checkpoint(0) with { AttemptsBegun = 1 }, start.Checkpoint(0) with { AttemptsBegun = 2 });

        Assert.Equal([Applied, Applied, Applied, Repeated], await Store.CommitAllAsync(start, first, second, first));

        Assert.Equal(2, (await Store.FindProgressAsync(start.Run, default))!.AttemptsBegun);
    }

    [Fact]
    public async Task Checkpoint_ResultsAfterAnAttempt_EndThatAttempt()
    {
        var start = Start(NewFlow());

        await Store.CommitAllAsync(start, start.Checkpoint(0) with { AttemptsBegun = 3 }, start.Checkpoint(0, Step("a")));
        Assert.Null((await Store.FindProgressAsync(start.Run, default))!.AttemptsBegun);

        await Store.CommitAllAsync(start.Checkpoint(1, Step("b")) with { AttemptsBegun = 1 });
        Assert.Equal(1, (await Store.FindProgressAsync(start.Run, default))!.AttemptsBegun);
    }

    [Fact]
    public async Task Finish_ByTwo_TheFirstStays()
    {
        var start = Start(NewFlow());
        await Store.CommitAsync(start);

        Assert.Equal([Applied], await Store.CommitAllAsync(start.Finish(RunStatus.Canceled, seconds: 1)));
        Assert.Equal([Stale, Repeated], await Another.CommitAllAsync(start.Finish(RunStatus.Succeeded), start.Finish(RunStatus.Canceled, seconds: 5)));

        var detail = await Store.FindRunAsync(start.Flow, start.Run, default);
        Assert.Equal(RunStatus.Canceled, detail!.Summary.Status);
        Assert.Equal(TimeSpan.FromSeconds(1), detail.Summary.Duration);
        Assert.Equal(1, (await Store.LoadStatsAsync(start.Flow)).Finished);
    }

    [Fact]
    public async Task Finish_ByManyAtOnce_ExactlyOneIsApplied()
    {
        var start = Start(NewFlow());
        await Store.CommitAsync(start);
        RunStatus[] ends = [RunStatus.Succeeded, RunStatus.Failed, RunStatus.Canceled];
        var commits = Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? Store : Another).CommitAsync(start.Finish(ends[i % 3])));

        var results = await Task.WhenAll(commits);

        Assert.Single(results, result => result.Outcome == Applied);
        Assert.Equal(3, results.Count(result => result.Outcome == Repeated));
        Assert.Equal(await Store.RecountAsync(start.Flow, default), await Store.LoadStatsAsync(start.Flow));
    }

    [Fact]
    public async Task Writes_OfAnOwnerThatLostItsRun_AreStale()
    {
        var start = Start(NewFlow()) with { Owner = $"lost-{Guid.Empty}" };
        await Store.CommitAllAsync(start, start.Checkpoint(0, Step("a")));
        await Another.TakeOverAsync(["silo-a"], "silo-b", 1000, default);

        var late = await Store.CommitAllAsync(start.Checkpoint(0, Step("a")), start.Checkpoint(1, Step("b")), start.Checkpoint(1) with { AttemptsBegun = 1 }, start.Finish());
        var next = await Another.CommitAllAsync(start.Checkpoint(1, Step("B")) with { Attempt = 2 }, start.Finish(attempt: 2));

        Assert.Equal([Stale, Stale, Stale, Stale], late);
        Assert.Equal([Applied, Applied], next);
        Assert.Equal([Stale, Repeated], await Store.CommitAllAsync(start.Finish(), start.Finish(attempt: 2)));
    }

    [Fact]
    public async Task Finish_BatchOfTheStartComesLater_IsStaleAndTheRunGoesOn()
    {
        var start = Start(NewFlow());

        Assert.Equal([Stale], await Store.CommitAllAsync(start.Finish()));
        Assert.Equal([Applied], await Store.CommitAllAsync(start));

        Assert.Equal(RunStatus.Running, (await Store.FindRunAsync(start.Flow, start.Run, default))!.Summary.Status);
        Assert.Equal(1, (await Store.LoadStatsAsync(start.Flow)).Running);
    }

    [Fact]
    public async Task Finish_ClockSetBack_NeverEndsBeforeTheStart()
    {
        var start = Start(NewFlow());
        await Store.CommitAllAsync(start, start.Finish(seconds: -10));

        Assert.Equal(TimeSpan.Zero, (await Store.FindRunAsync(start.Flow, start.Run, default))!.Summary.Duration);
        Assert.Equal(TimeSpan.Zero, (await Store.LoadStatsAsync(start.Flow)).TotalDuration);
    }

    [Fact]
    public async Task Finish_AsRunning_FailsTheWholeBatch()
    {
        var flow = NewFlow();
        var (good, bad) = (Start(flow), Start(flow));

        await Assert.ThrowsAsync<ArgumentException>(() => Store.CommitAllAsync(good, bad, bad.Finish(RunStatus.Running)));

        Assert.Empty(await Store.ListIdsAsync(flow));
        Assert.Equal([Applied], await Store.CommitAllAsync(good));
    }

    [Fact]
    public async Task Life_InOneBatch_AppliesInOrder()
    {
        var start = Start(NewFlow());

        var outcomes = await Store.CommitAllAsync(start, start.Checkpoint(0, Step("a")), start.Delete(), start.Finish(), start.Delete(), start.Delete());

        Assert.Equal([Applied, Applied, Stale, Applied, Applied, Stale], outcomes);
        Assert.Null(await Store.FindRunAsync(start.Flow, start.Run, default));
        Assert.Equal(1, (await Store.LoadStatsAsync(start.Flow)).Succeeded);
    }

    [Fact]
    public async Task Delete_NameOfAnotherFlow_IsStale()
    {
        var start = Start(NewFlow());

        Assert.Equal([Applied, Applied, Stale], await Store.CommitAllAsync(start, start.Finish(), new FlowRuns.Storage.RunDelete(start.Run, NewFlow())));
        Assert.Equal([start.Run], await Store.ListIdsAsync(start.Flow));
    }

    [Fact]
    public async Task Step_SkippedOrFailedInACheckpoint_DoesNotCountAsSucceeded()
    {
        var start = Start(NewFlow());
        await Store.CommitAllAsync(start, start.Checkpoint(0, Step("a"), Step("b", StepStatus.Failed)));

        Assert.Equal(2, (await Store.FindRunAsync(start.Flow, start.Run, default))!.Summary.StepsSucceeded);
    }
}
