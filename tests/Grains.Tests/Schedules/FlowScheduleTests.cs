using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Grains.Tests.Storage;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Storage;
using FlowRuns.Triggers;
using Orleans.Core.Internal;

namespace FlowRuns.Grains.Tests.Schedules;

/// <summary>The way of a due time through shard, flow and store, on the system's clock: a second is the shortest beat there is.</summary>
[Collection(ClusterCollection.Name)]
public sealed class FlowScheduleTests(ClusterFixture cluster) : IDisposable
{
    static readonly ProjectId Project = ProjectId.Default;
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public void Dispose()
    {
        cluster.Clock.Behind = TimeSpan.Zero;
        cluster.Store.BeforeCommit = cluster.Store.AfterCommit = cluster.Store.BeforeListAlarms = () => Task.CompletedTask;
        cluster.Store.AfterRead = _ => Task.CompletedTask;
        cluster.Calls.Before = _ => Task.CompletedTask;
    }

    [Fact]
    public async Task Enable_EverySecond_FiresEachDueTimeOnceAndOnTime()
    {
        var flow = await EnableAsync(Every(1));

        var ledger = await LedgerAsync(flow, rows => rows.Length >= 4);
        await cluster.Flow(flow).SetEnabledAsync(Project, enabled: false);

        Assert.All(ledger, row => Assert.Equal(OccurrenceOutcome.Fired, row.Outcome));
        Assert.All(ledger.Zip(ledger.Skip(1)), pair => Assert.Equal(TimeSpan.FromSeconds(1), pair.First.DueTime - pair.Second.DueTime));
        Assert.All(ledger, row => Assert.InRange(row.Lateness!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        var run = await cluster.EndedAsync(new StartedRun(ledger[0].RunId!.Value, flow));
        Assert.Equal(TriggerType.Schedule, run.Summary.TriggerType);
        Assert.Equal(ledger[0].DueTime, run.Trigger.DueTime);
        Assert.Equal("Schedule Trigger", run.Steps[0].Name);
        Assert.Equal(Trigger.Scheduled(ledger[0].DueTime).Output, run.Steps[0].Output);
    }

    [Fact]
    public async Task Wake_WithoutAnAnswer_IsRepeatedSoon()
    {
        var (isFirst, answer) = (true, new TaskCompletionSource());
        cluster.Calls.Before = call =>
        {
            var isLost = isFirst && call.MethodName == nameof(IFlowGrain.WakeAsync);
            isFirst &= !isLost;
            return isLost ? answer.Task : Task.CompletedTask;
        };

        var flow = await EnableAsync(Every(1));

        Assert.NotEmpty(await LedgerAsync(flow, rows => rows.Length >= 1));
        Assert.False(isFirst);
        answer.SetResult();
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Disable_AfterItFired_StopsAtOnceAndLosesItsRow()
    {
        var flow = await EnableAsync(Every(1));
        await LedgerAsync(flow, rows => rows.Length >= 1);

        await cluster.Flow(flow).SetEnabledAsync(Project, enabled: false);
        var stopped = await LedgerAsync(flow, _ => true);
        var other = await EnableAsync(Every(1));
        await LedgerAsync(other, rows => rows.Length >= 3);
        await cluster.Flow(other).DeleteAsync(Project);

        Assert.Equal(stopped, await LedgerAsync(flow, _ => true));
        Assert.Null(await cluster.Store.FindScheduleAsync(flow, default));
        Assert.Null(await cluster.Store.FindScheduleAsync(other, default));
    }

    [Fact]
    public async Task Update_FromYearlyToEverySecond_TakesEffectAtOnce()
    {
        var flow = await EnableAsync(Some.Schedule("0 0 1 1 *"));

        await cluster.Flow(flow).UpdateAsync(Project, new FlowChange { Trigger = Every(1) });

        Assert.NotEmpty(await LedgerAsync(flow, rows => rows.Length >= 2));
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Enable_RightAfterTheClockWasSetForward_TakesEffectAtOnce()
    {
        var flow = await cluster.DefineAsync(Every(1), cluster.Step("work"));
        var shard = cluster.Grains.GetGrain<IScheduleShardGrain>(IScheduleShardGrain.KeyOf(IScheduleShardGrain.Of(flow)));
        cluster.Clock.Behind = TimeSpan.FromMinutes(10);
        await shard.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        await shard.ArmAsync();
        cluster.Clock.Behind = TimeSpan.Zero;

        await cluster.Flow(flow).SetEnabledAsync(Project, enabled: true);

        Assert.NotEmpty(await LedgerAsync(flow, rows => rows.Length >= 2));
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Arm_AlarmsCannotBeRead_SaysSoAndReadsThemSoon()
    {
        var flow = await EnableAsync(Every(1));
        var shard = cluster.Grains.GetGrain<IScheduleShardGrain>(IScheduleShardGrain.KeyOf(IScheduleShardGrain.Of(flow)));
        cluster.Store.BeforeListAlarms = () => throw new StoreUnavailableException("away");
        await shard.Cast<IGrainManagementExtension>().DeactivateOnIdle();

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(shard.ArmAsync);
        cluster.Store.BeforeListAlarms = () => Task.CompletedTask;

        Assert.Equal(RefusalReason.Unavailable, refused.Reason);
        var before = (await LedgerAsync(flow, _ => true)).Length;
        await LedgerAsync(flow, rows => rows.Length >= before + 2);
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Pause_WhileOneWaits_GivesThatNoRun()
    {
        var gate = new Gate();
        var flow = await EnableAsync(Every(1) with { Overlap = OverlapPolicy.QueueOne }, gate);
        await LedgerAsync(flow, rows => rows.Any(row => row.Outcome == OccurrenceOutcome.SkippedOverlap));
        var waiting = (await cluster.Store.FindScheduleAsync(flow, default))?.Waiting;

        await cluster.Flow(flow).PauseScheduleAsync(Project, cluster.Clock.GetUtcNow().AddDays(1), 1);

        var row = Assert.Single(await LedgerAsync(flow, _ => true), row => row.DueTime == waiting);
        Assert.Equal(OccurrenceOutcome.SkippedOverlap, row.Outcome);
        gate.Open();
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Wake_TooEarlyTwiceAndTooLate_ChangesNothing()
    {
        var flow = await EnableAsync(Every(1));

        for (var i = 0; i < 50; i++)
            await Task.WhenAll(cluster.Flow(flow).WakeAsync(), cluster.Flow(flow).WakeAsync());
        var ledger = await LedgerAsync(flow, rows => rows.Length >= 3);
        await cluster.Flow(flow).SetEnabledAsync(Project, enabled: false);

        Assert.Equal(ledger.Length, ledger.DistinctBy(row => row.DueTime).Count());
        Assert.Equal(ledger.Length, (await cluster.Store.ListRunsAsync(flow, new RunQuery { Limit = 100 }, running: null, default)).Rows.Count(run => ledger.Any(row => row.RunId == run.Id)));
    }

    [Fact]
    public async Task Wake_AnswerOfTheCommitLost_FiresOnceAllTheSame()
    {
        var flow = await EnableInThePastAsync(EveryMinute());
        cluster.Store.AfterCommit = () => throw new StoreUnavailableException("connection lost");
        await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.Flow(flow).WakeAsync());
        cluster.Store.AfterCommit = () => Task.CompletedTask;

        await cluster.Flow(flow).WakeAsync();

        var ledger = await LedgerAsync(flow, rows => rows.Length >= 10);
        Assert.Single(ledger, row => row.Starts);
        Assert.Equal(9, ledger.Count(row => row.Outcome == OccurrenceOutcome.Coalesced));
        Assert.Single((await cluster.Store.ListRunsAsync(flow, new RunQuery { Limit = 100 }, running: null, default)).Rows);
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Activate_RowIsMissing_IsPutAgain()
    {
        var flow = await EnableAsync(Some.Schedule("0 0 1 1 *"));
        var row = await cluster.Store.FindScheduleAsync(flow, default);
        await cluster.Store.DeleteScheduleAsync(flow, int.MaxValue, default);

        await cluster.Flow(flow).Cast<IGrainManagementExtension>().DeactivateOnIdle();

        Assert.NotNull(await cluster.Flow(flow).WakeAsync());
        Assert.Equal(row, await cluster.Store.FindScheduleAsync(flow, default));
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Activate_DyingActivationFiresBetweenTheReads_KnowsTheRun()
    {
        var flow = await EnableAsync(Some.Schedule("0 0 1 1 *"));
        var row = (await cluster.Store.FindScheduleAsync(flow, default))!;
        var due = row.WakeTime!.Value;
        var start = StoredRuns.Start(flow, cluster.Clock.GetUtcNow()).Due(due) with { Progress = new ScheduleProgress(row with { HandledUntil = due, WakeTime = due.AddYears(1) }) };
        await cluster.Flow(flow).Cast<IGrainManagementExtension>().DeactivateOnIdle();
        cluster.Store.AfterRead = async read =>
        {
            if (read != flow)
                return;
            cluster.Store.AfterRead = _ => Task.CompletedTask;
            await cluster.Store.CommitAllAsync(start, start.Finish());
        };

        await cluster.Flow(flow).WakeAsync();

        Assert.Equal(1, (await cluster.Flow(flow).GetStatsAsync(Project)).TotalRuns);
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Overlap_Skip_SaysSoAndGoesOnAfterTheRun()
    {
        var gate = new Gate();
        var flow = await EnableAsync(Every(1) with { Overlap = OverlapPolicy.Skip }, gate);

        await LedgerAsync(flow, rows => rows.Count(row => row.Outcome == OccurrenceOutcome.SkippedOverlap) >= 2);
        gate.Open();
        var ledger = await LedgerAsync(flow, rows => rows.Count(row => row.Starts) >= 2);
        await cluster.Flow(flow).DeleteAsync(Project);

        Assert.Equal(OccurrenceOutcome.Fired, ledger[^1].Outcome);
        Assert.Equal(OccurrenceOutcome.SkippedOverlap, ledger[^2].Outcome);
    }

    [Fact]
    public async Task Overlap_QueueOne_StartsTheWaitingOneWhenTheRunEnds()
    {
        var gate = new Gate();
        var flow = await EnableAsync(Every(1) with { Overlap = OverlapPolicy.QueueOne }, gate);
        await LedgerAsync(flow, rows => rows.Any(row => row.Outcome == OccurrenceOutcome.SkippedOverlap));
        var first = (await LedgerAsync(flow, _ => true))[^1];
        var waiting = (await cluster.Store.FindScheduleAsync(flow, default))?.Waiting;

        gate.Open();
        var ledger = await LedgerAsync(flow, rows => rows.Count(row => row.Starts) >= 2);
        await cluster.Flow(flow).DeleteAsync(Project);

        Assert.Equal(first.DueTime.AddSeconds(1), waiting);
        Assert.Equal(OccurrenceOutcome.Fired, ledger.Single(row => row.DueTime == waiting).Outcome);
    }

    [Fact]
    public async Task Overlap_QueueOneAndTheRunEndsWhileTheNextIsPutIntoTheQueue_StartsItAtOnce()
    {
        var (wakes, later) = (0, new TaskCompletionSource());
        cluster.Calls.Before = call => call.MethodName == nameof(IFlowGrain.WakeAsync) && Interlocked.Increment(ref wakes) > 1 ? later.Task : Task.CompletedTask;
        cluster.Clock.Behind = TimeSpan.FromMinutes(10);
        var flow = await cluster.DefineAsync(
            EveryMinute() with { Overlap = OverlapPolicy.QueueOne, CatchUp = new CatchUp { Policy = CatchUpPolicy.All } }, Some.Step("report"));
        await cluster.Flow(flow).SetEnabledAsync(Project, enabled: true);
        cluster.Clock.Behind = TimeSpan.Zero;

        var wake = cluster.Flow(flow).WakeAsync();

        await LedgerAsync(flow, rows => rows.Count(row => row.Starts) >= 2);
        later.SetResult();
        await wake;
        await cluster.Flow(flow).DeleteAsync(Project);
    }

    [Fact]
    public async Task Overlap_CancelPrevious_EndsTheRunBefore()
    {
        var flow = await EnableAsync(Every(1) with { Overlap = OverlapPolicy.CancelPrevious }, new Gate());

        var ledger = await LedgerAsync(flow, rows => rows.Count(row => row.Starts) >= 3);
        await cluster.Flow(flow).DeleteAsync(Project);

        // Where the machine took a second off, two due times are handled as one.
        Assert.All(ledger, row => Assert.True(row.Outcome is OccurrenceOutcome.Fired or OccurrenceOutcome.Coalesced));
        var runs = ledger.Where(row => row.Starts).Select(row => row.RunId!.Value).ToList();
        Assert.True(runs.Count >= 2);
        foreach (var run in runs[1..])
            Assert.Equal(RunStatus.Canceled, (await cluster.EndedAsync(new StartedRun(run, flow))).Summary.Status);
    }

    [Fact]
    public async Task Pause_ThenResume_SaysWhatPassed()
    {
        var flow = await EnableAsync(Every(1));
        var paused = await cluster.Flow(flow).PauseScheduleAsync(Project, cluster.Clock.GetUtcNow().AddDays(1), 3);
        var before = await LedgerAsync(flow, _ => true);
        var other = await EnableAsync(Every(1));
        await LedgerAsync(other, rows => rows.Length >= 3);
        await cluster.Flow(other).DeleteAsync(Project);

        var resumed = await cluster.Flow(flow).PauseScheduleAsync(Project, until: null, 3);
        var ledger = await LedgerAsync(flow, rows => rows.Length > before.Length + 2);
        await cluster.Flow(flow).DeleteAsync(Project);

        Assert.True(paused.Next[0] >= paused.PausedUntil);
        Assert.Null(resumed.PausedUntil);
        Assert.Contains(ledger, row => row is { Outcome: OccurrenceOutcome.Missed, Reason: MissedReason.Paused });
        Assert.All(ledger, row => Assert.True(row.Reason is null or MissedReason.Paused));
    }

    [Theory]
    [InlineData(CatchUpPolicy.One, null, 1, 9, 0)]
    [InlineData(CatchUpPolicy.All, 4, 4, 0, 6)]
    [InlineData(CatchUpPolicy.All, null, 10, 0, 0)]
    [InlineData(CatchUpPolicy.None, null, 0, 0, 10)]
    public async Task Wake_AfterTenMinutesOfDowntime_DoesWhatThePolicySays(CatchUpPolicy policy, int? limit, int caughtUp, int coalesced, int missed)
    {
        var flow = await EnableInThePastAsync(EveryMinute() with { CatchUp = new CatchUp { Policy = policy, Limit = limit } });

        await cluster.Flow(flow).WakeAsync();

        var ledger = await LedgerAsync(flow, rows => rows.Length >= 10);
        await cluster.Flow(flow).DeleteAsync(Project);
        Assert.Equal((caughtUp, coalesced, missed), (Count(OccurrenceOutcome.CaughtUp), Count(OccurrenceOutcome.Coalesced), Count(OccurrenceOutcome.Missed)));
        Assert.Equal(10, ledger.Length);

        int Count(OccurrenceOutcome outcome) => ledger.Count(row => row.Outcome == outcome);
    }

    /// <summary>A beat whose next due time is half a minute away: no test meets one on time, or one more than it counts.</summary>
    TriggerDefinition EveryMinute() => Some.Schedule($"{cluster.Clock.GetUtcNow().AddSeconds(30).Second} * * * * *");

    static TriggerDefinition Every(int seconds) => Some.Schedule(cron: null) with { Every = TimeSpan.FromSeconds(seconds) };

    async Task<FlowId> EnableAsync(TriggerDefinition trigger, Gate? gate = null)
    {
        var flow = await cluster.DefineAsync(trigger, gate is null ? cluster.Step("work") : cluster.GatedStep("work", gate));
        await cluster.Flow(flow).SetEnabledAsync(Project, enabled: true);
        return flow;
    }

    /// <summary>A flow that was enabled ten minutes ago, and that nobody has woken since.</summary>
    async Task<FlowId> EnableInThePastAsync(TriggerDefinition trigger)
    {
        cluster.Clock.Behind = TimeSpan.FromMinutes(10);
        var flow = await EnableAsync(trigger);
        cluster.Clock.Behind = TimeSpan.Zero;
        return flow;
    }

    async Task<ImmutableArray<Occurrence>> LedgerAsync(FlowId flow, Func<ImmutableArray<Occurrence>, bool> isDone)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var rows = (await cluster.Store.ListOccurrencesAsync(flow, new OccurrenceQuery { Limit = 100 }, deadline.Token)).Rows;
            if (isDone(rows))
                return rows;
            await Task.Delay(20, deadline.Token);
        }
    }
}
