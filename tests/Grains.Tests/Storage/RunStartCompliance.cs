using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Storage;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class RunStartCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    [Fact]
    public async Task Start_CommittedAgain_IsRepeatedAndCountedOnce()
    {
        var start = Start(NewFlow());

        Assert.Equal([Applied, Repeated], await Store.CommitAllAsync(start, start));
        Assert.Equal([Repeated], await Another.CommitAllAsync(start));

        Assert.Equal(1, (await Store.LoadStatsAsync(start.Flow)).TotalRuns);
        Assert.Equal([start.Run], await Store.ListIdsAsync(start.Flow));
    }

    [Fact]
    public async Task Batch_CommittedAgainAfterItsAnswerWasLost_ChangesNothing()
    {
        var flow = NewFlow();
        var (first, second) = (Start(flow), Start(flow).Keyed("k").Due(Noon));
        RunWrite[] batch = [first, second, first.Checkpoint(0, Step("Query")), first.Finish(), second.Finish(RunStatus.Failed)];
        await Store.CommitAllAsync(batch);
        var stats = await Store.LoadStatsAsync(flow);

        var again = await Store.CommitAllAsync(batch);

        Assert.Equal([Repeated, Repeated, Stale, Repeated, Repeated], again);
        Assert.Equal(stats, await Store.LoadStatsAsync(flow));
        Assert.Equal(2, stats.Finished);
    }

    [Theory]
    [InlineData(RunStatus.Succeeded)]
    [InlineData(RunStatus.Failed)]
    public async Task Start_WithItsEnd_IsReadLikeARunThatEndedLater(RunStatus status)
    {
        var (flow, another) = (NewFlow(), NewFlow());
        var start = Start(flow).Keyed("k");
        var later = start with { Flow = another };
        var whole = start with { Run = NewRun(), End = null };
        whole = whole with { End = whole.Finish(status) };

        Assert.Equal([Applied], await Store.CommitAllAsync(whole));
        Assert.Equal([Repeated, Repeated], await Another.CommitAllAsync(whole, whole.End!));
        await Store.CommitAllAsync(later);
        await Store.CommitAllAsync(later.Finish(status));

        var (one, other) = (await Store.FindRunAsync(flow, whole.Run, default), await Store.FindRunAsync(another, later.Run, default));
        Assert.Equal(other!.Summary with { Id = whole.Run, FlowId = flow }, one!.Summary);
        Assert.Equal((other.Trigger, other.IdempotencyKey, other.FlowVersion), (one.Trigger, one.IdempotencyKey, one.FlowVersion));
        Assert.Equal(other.Steps, one.Steps);
        Assert.Equal(await Store.LoadStatsAsync(another), await Store.LoadStatsAsync(flow));
        Assert.Null(await Store.FindProgressAsync(whole.Run, default));
        Assert.Equal([whole.Run], await Store.ListIdsAsync(flow));
    }

    [Fact]
    public async Task Start_WithItsEndWhileItRuns_IsRepeatedAndRunsOn()
    {
        var start = Start(NewFlow());
        await Another.CommitAsync(start);

        Assert.Equal([Repeated], await Store.CommitAllAsync(start with { End = start.Finish() }));

        Assert.NotNull(await Store.FindProgressAsync(start.Run, default));
        Assert.Equal(0, (await Store.LoadStatsAsync(start.Flow)).Finished);
    }

    [Fact]
    public async Task Start_KeyOfAnotherRun_IsDuplicateAndTellsRunAndHash()
    {
        var flow = NewFlow();
        var first = Start(flow).Keyed("k", "first");
        await Store.CommitAsync(first);

        var same = await Another.CommitAsync(Start(flow).Keyed("k", "first"));
        var other = await Another.CommitAsync(Start(flow).Keyed("k", "other"));

        Assert.Equal(new RunWriteResult(Duplicate, first.Run, "first"), same);
        Assert.Equal(new RunWriteResult(Duplicate, first.Run, "first"), other);
        Assert.Equal([first.Run], await Store.ListIdsAsync(flow));
        Assert.Equal(1, (await Store.LoadStatsAsync(flow)).TotalRuns);
    }

    [Fact]
    public async Task Start_KeyOfAnotherRunOfTheBatch_IsDuplicate()
    {
        var flow = NewFlow();
        var (first, second) = (Start(flow).Keyed("k", "first"), Start(flow).Keyed("k", "other"));

        var results = await Store.CommitAsync([first, second, first], default);

        Assert.Equal([new(Applied), new(Duplicate, first.Run, "first"), new(Repeated)], results);
        Assert.Equal([first.Run], await Store.ListIdsAsync(flow));
    }

    [Fact]
    public async Task Start_KeyOfAnotherFlow_Starts()
    {
        await Store.CommitAsync(Start(NewFlow()).Keyed("k"));

        Assert.Equal([Applied], await Store.CommitAllAsync(Start(NewFlow()).Keyed("k")));
    }

    [Fact]
    public async Task Start_KeyADayOld_StartsAndHoldsTheKey()
    {
        var flow = NewFlow();
        var first = Start(flow).Keyed("k", "first");
        var inTime = Start(flow, Noon.AddDays(1).AddMilliseconds(-1)).Keyed("k", "second");
        var late = Start(flow, Noon.AddDays(1)).Keyed("k", "third");
        var later = Start(flow, Noon.AddDays(1.5)).Keyed("k", "fourth");

        var results = await Store.CommitAsync([first, inTime, late, later], default);

        Assert.Equal([new(Applied), new(Duplicate, first.Run, "first"), new(Applied), new(Duplicate, late.Run, "third")], results);
    }

    [Fact]
    public async Task Start_KeyOfADeletedRun_IsStillDuplicate()
    {
        var flow = NewFlow();
        var first = Start(flow).Keyed("k");
        await Store.CommitAllAsync(first, first.Finish(), first.Delete());

        Assert.Equal(new RunWriteResult(Duplicate, first.Run, "hash"), await Store.CommitAsync(Start(flow).Keyed("k")));
    }

    [Fact]
    public async Task Start_DueTimeOfAnotherRun_IsDuplicate()
    {
        var flow = NewFlow();
        var first = Start(flow).Due(Noon);
        var sameBatch = Start(flow).Due(Noon);
        await Store.CommitAllAsync(first, sameBatch);

        var result = await Another.CommitAsync(Start(flow).Due(Noon));

        Assert.Equal(new RunWriteResult(Duplicate, first.Run), result);
        Assert.Equal([first.Run], await Store.ListIdsAsync(flow));
        Assert.Equal([Applied], await Store.CommitAllAsync(Start(flow).Due(Noon.AddMinutes(1))));
    }

    [Fact]
    public async Task Start_DeletedRunOfADueTimeComesAgain_IsNotStartedAgain()
    {
        var start = Start(NewFlow()).Due(Noon);
        await Store.CommitAllAsync(start, start.Finish(), start.Delete());

        Assert.Equal([Repeated], await Store.CommitAllAsync(start));
        Assert.Empty(await Store.ListIdsAsync(start.Flow));
    }

    [Fact]
    public async Task Start_DuplicateByDueTime_DoesNotHoldItsKey()
    {
        var flow = NewFlow();
        await Store.CommitAsync(Start(flow).Due(Noon));
        await Store.CommitAsync(Start(flow).Due(Noon).Keyed("k"));

        Assert.Equal([Applied], await Store.CommitAllAsync(Start(flow).Keyed("k")));
    }

    [Fact]
    public async Task Start_ManyStoresAtOnceForOneDueTimeAndOneKey_OneRunEach()
    {
        var (scheduled, keyed) = (NewFlow(), NewFlow());
        var commits = Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Store : Another).CommitAllAsync(Start(scheduled).Due(Noon), Start(keyed).Keyed("k")));

        var outcomes = (await Task.WhenAll(commits)).SelectMany(outcome => outcome).ToList();

        Assert.Equal(2, outcomes.Count(outcome => outcome == Applied));
        Assert.Equal(38, outcomes.Count(outcome => outcome == Duplicate));
        Assert.Single(await Store.ListIdsAsync(scheduled));
        Assert.Single(await Store.ListIdsAsync(keyed));
        Assert.Equal(1, (await Store.LoadStatsAsync(scheduled)).TotalRuns);
    }

    [Fact]
    public async Task Start_AsRetry_LinksBothRunsAndTheNewestWins()
    {
        var flow = NewFlow();
        var failed = Start(flow);
        var early = Start(flow, Noon.AddMinutes(1)) with { RetryOf = failed.Run };
        var late = Start(flow, Noon.AddMinutes(2)) with { RetryOf = failed.Run };

        await Store.CommitAllAsync(failed, failed.Finish(RunStatus.Failed), late, early);

        Assert.Equal(late.Run, (await Store.FindRunAsync(flow, failed.Run, default))!.RetriedBy);
        Assert.Equal(failed.Run, (await Store.FindRunAsync(flow, early.Run, default))!.RetryOf);
        Assert.Equal(failed.Run, (await Store.FindProgressAsync(late.Run, default))!.RetryOf);
    }

    [Fact]
    public async Task Start_WithResultsOfTheRetriedRun_GoesOnAfterThem()
    {
        var start = Start(NewFlow()) with { Done = [Step("Query"), Step("Format", StepStatus.Skipped)] };

        var outcomes = await Store.CommitAllAsync(start, start, start.Checkpoint(0, Step("Query")), start.Checkpoint(2, Step("Send")));

        Assert.Equal([Applied, Repeated, Repeated, Applied], outcomes);
        Assert.Equal(["Query", "Format", "Send"], (await Store.FindProgressAsync(start.Run, default))!.Done.Select(step => step.Name));
        Assert.Equal(3, (await Store.FindRunAsync(start.Flow, start.Run, default))!.Summary.StepsSucceeded);
    }
}
