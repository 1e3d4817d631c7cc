using System.Diagnostics;
using System.Text.Json;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Grains.Tests.Storage;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Storage;
using FlowRuns.Triggers;
using Microsoft.Data.Sqlite;
using Orleans.Runtime;

namespace FlowRuns.Grains.Tests.Runs;

[Collection(ClusterCollection.Name)]
public sealed class RunGrainTests(ClusterFixture cluster) : IDisposable
{
    /// <summary>A silo that is not there: the sweep takes its runs at once, unless it is held.</summary>
    const string Absent = "127.0.0.9:11111@1";

    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public void Dispose()
    {
        cluster.Calls.Fault = _ => null;
        cluster.Store.BeforeCommit = cluster.Store.AfterCommit = cluster.Store.BeforeTakeOver = () => Task.CompletedTask;
    }

    [Fact]
    public async Task Start_AllStepsSucceed_EndsWithEveryResult()
    {
        var run = await cluster.StartAsync(cluster.Step("fetch"), cluster.Step("send"));

        var detail = await cluster.EndedAsync(run);

        Assert.Equal(RunStatus.Succeeded, detail.Summary.Status);
        Assert.Equal(["Manual Trigger", "fetch", "send"], detail.Steps.Select(s => s.Name));
        Assert.All(detail.Steps, step => Assert.Equal(StepStatus.Succeeded, step.Status));
    }

    [Fact]
    public async Task Start_StepTakesLongerThanItMay_FailsAndIsRetriedLikeAnyOther()
    {
        var calls = 0;
        var step = cluster.Script.Define("wait", async cancellationToken =>
        {
            calls++;
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return ScriptedSteps.Success;
        });
        var limit = TimeSpan.FromHours(4);

        var run = await cluster.StartAsync(step with { Timeout = limit, Retry = new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.FromMilliseconds(1) } });
        await cluster.Clock.EndWaitAsync(limit);
        await cluster.Clock.EndWaitAsync(limit);
        var detail = await cluster.EndedAsync(run);

        Assert.Equal(new RunError("wait", "timed out after 4h"), detail.Summary.Error);
        Assert.Equal((2, 2), (calls, detail.Steps[1].Attempts));
    }

    [Fact]
    public async Task Start_SecondStepFails_StopsThereAndNamesIt()
    {
        var run = await cluster.StartAsync(cluster.Step("fetch"), cluster.FailingStep("send"), cluster.Step("log"));

        var detail = await cluster.EndedAsync(run);

        Assert.Equal(new RunError("send", "refused"), detail.Summary.Error);
        Assert.Equal([StepStatus.Succeeded, StepStatus.Succeeded, StepStatus.Failed, StepStatus.Skipped], detail.Steps.Select(s => s.Status));
    }

    [Fact]
    public async Task Start_StepThrows_FailsOnlyItsRun()
    {
        var gate = new Gate();
        var other = await cluster.StartAsync(cluster.GatedStep("wait", gate));
        var broken = await cluster.StartAsync(cluster.Step("break", () => throw new InvalidOperationException("no such thing")));

        Assert.Equal(new RunError("break", "no such thing"), (await cluster.EndedAsync(broken)).Summary.Error);
        gate.Open();
        Assert.Equal(RunStatus.Succeeded, (await cluster.EndedAsync(other)).Summary.Status);
    }

    [Fact]
    public async Task Start_StepTypeIsGone_FailsAndNamesTheType()
    {
        var flow = await cluster.DefineAsync(cluster.Step("fetch"));
        var start = StoredRuns.Start(flow, TimeProvider.System.GetUtcNow()) with { Owner = cluster.Silo };
        await cluster.Store.CommitAsync([start], default);
        var version = await cluster.Flow(flow).GetVersionAsync(ProjectId.Default, 1);
        var gone = version.Definition.Steps[0] with { Type = "test.gone" };

        await cluster.Run(start.Run).StartAsync(new RunAssignment
        {
            Id = start.Run,
            FlowId = flow,
            ProjectId = ProjectId.Default,
            Flow = version with { Definition = version.Definition with { Steps = [gone] } },
            Trigger = start.Trigger,
            Owner = start.Owner,
        });

        Assert.Contains("test.gone", (await cluster.EndedAsync(new StartedRun(start.Run, flow))).Summary.Error?.Message);
        Assert.Equal(1, (await StatsAsync(flow)).Failed);
    }

    [Fact]
    public async Task Cancel_StepBlocked_ComesBetweenAndEndsTheRun()
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.GatedStep("wait", gate), cluster.Step("never"));
        await gate.ReachedAsync();

        var row = await cluster.Flow(run.FlowId).CancelRunAsync(ProjectId.Default, run.Id);

        Assert.Equal(RunStatus.Canceled, row.Status);
        Assert.Equal([StepStatus.Succeeded, StepStatus.Canceled, StepStatus.Skipped], (await cluster.EndedAsync(run)).Steps.Select(s => s.Status));
    }

    [Fact]
    public async Task Cancel_StepThrowsItsOwnExceptionWhenStopped_EndsTheRunAsCanceled()
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.Script.Define("wait", async cancellationToken =>
        {
            await gate.PassAsync(cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
            throw new IOException("the connection was closed");
        }));
        await gate.ReachedAsync();

        Assert.Equal(RunStatus.Canceled, (await cluster.Flow(run.FlowId).CancelRunAsync(ProjectId.Default, run.Id)).Status);
    }

    [Fact]
    public async Task Start_StepFailsWithinItsRetries_RestsAndSucceeds()
    {
        var failures = 0;
        var step = cluster.Step("send", () => ++failures < 3 ? new StepOutcome.Failed("busy") : ScriptedSteps.Success);
        var run = await cluster.StartAsync(step with { Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.FromHours(2), MaxDelay = TimeSpan.FromHours(3) } });

        await cluster.Clock.EndWaitAsync(TimeSpan.FromHours(2));
        await cluster.Clock.EndWaitAsync(TimeSpan.FromHours(3));

        var detail = await cluster.EndedAsync(run);
        Assert.Equal((RunStatus.Succeeded, 3), (detail.Summary.Status, detail.Steps[1].Attempts));
    }

    [Fact]
    public async Task Finish_DatabaseAwayForAWhile_IsRecordedOnceItIsBack()
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.GatedStep("wait", gate));
        await gate.ReachedAsync();
        var failures = 0;
        cluster.Store.BeforeCommit = () => ++failures <= 3 ? throw new StoreUnavailableException("away") : Task.CompletedTask;

        gate.Open();

        Assert.Equal(RunStatus.Succeeded, (await cluster.EndedAsync(run)).Summary.Status);
        Assert.True(failures > 3);
        Assert.Equal((1, 1), await CountedAsync(run.FlowId));
    }

    [Fact]
    public async Task Finish_AnswerOfTheCommitLost_IsCountedOnce()
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.GatedStep("wait", gate));
        await gate.ReachedAsync();
        var commits = 0;
        cluster.Store.AfterCommit = () => ++commits == 1 ? throw new StoreUnavailableException("connection lost") : Task.CompletedTask;

        gate.Open();

        var wait = cluster.Run(run.Id).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(RunStatus.Succeeded, (await wait)?.Summary.Status);
        Assert.True(commits > 1);
        Assert.Equal((1, 1), await CountedAsync(run.FlowId));
    }

    [Fact]
    public async Task Attempt_ProjectDoesNotAnswer_WaitsForItInsteadOfFailing()
    {
        var project = cluster.Grains.GetGrain<IProjectGrain>(ProjectId.Default.ToString());
        await project.PutConnectionAsync(new ConnectionDefinition { Name = "some", App = "http", Value = StoredRuns.JsonOf("""{"baseUrl":"https://example.org"}""") });
        var failures = 0;
        cluster.Calls.Fault = call => call.MethodName == nameof(IProjectGrain.FindConnectionAsync) && ++failures <= 2
            ? new RequestRefusedException(RefusalReason.Unavailable, "away")
            : null;

        var run = await cluster.StartAsync(cluster.Step("fetch") with { Connection = "some" });

        Assert.Equal(RunStatus.Succeeded, (await cluster.EndedAsync(run)).Summary.Status);
        Assert.Equal(3, failures);
    }

    [Fact]
    public async Task Checkpoint_RefusedByTheStore_FailsTheRun()
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.GatedStep("wait", gate), cluster.Step("send"));
        await gate.ReachedAsync();
        var commits = 0;
        cluster.Store.BeforeCommit = () => ++commits == 1 ? throw new NotSupportedException("too wide") : Task.CompletedTask;

        gate.Open();

        Assert.Equal(new RunError("send", "internal error: too wide"), (await cluster.EndedAsync(run)).Summary.Error);
    }

    [Fact]
    public async Task Output_TooLarge_FailsTheStep()
    {
        var run = await cluster.StartAsync(cluster.Script.Define("export", _ => Task.FromResult<StepOutcome>(Wide(2 * 1024 * 1024))));

        Assert.Equal(
            new RunError("export", "the output has 2097154 bytes, more than the 2097152 that FlowRuns:Steps:MaxOutputBytes allows"), (await cluster.EndedAsync(run)).Summary.Error);
    }

    [Fact]
    public async Task Results_TooLargeAsAWhole_FailTheNextStepBeforeItsEffect()
    {
        var calls = 0;
        var run = await cluster.StartAsync([.. Enumerable.Range(1, 20).Select(i => cluster.Script.Define($"export{i}", _ =>
        {
            calls++;
            return Task.FromResult<StepOutcome>(Wide((2 * 1024 * 1024) - 4));
        }))]);

        var detail = await cluster.EndedAsync(run);

        Assert.Equal(("export17", 16), (detail.Summary.Error!.Step, calls));
        Assert.Contains("more than the 33554432 that FlowRuns:Steps:MaxRunBytes allows", detail.Summary.Error.Message);
        Assert.Equal(17, detail.Summary.StepsSucceeded);
    }

    static StepOutcome.Succeeded Wide(int length) => new(JsonData.Of(JsonSerializer.SerializeToElement(new string('x', length))));

    public static TheoryData<Exception, int, string> Refusals => new()
    {
        { new SqliteException("string or blob too big", 18), 1, "The database does not take this: string or blob too big" },
        { new InvalidOperationException("not to be encoded"), 3, "not to be encoded" },
    };

    [Theory, MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public async Task Finish_RefusedForGood_EndsTheRunWithoutItsData(Exception refusal, int times, string reason)
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.GatedStep("wait", gate));
        await gate.ReachedAsync();
        var commits = 0;
        cluster.Store.BeforeCommit = () => ++commits <= times ? throw refusal : Task.CompletedTask;

        gate.Open();

        var detail = await cluster.EndedAsync(run);
        Assert.Equal(new RunError("wait", $"The results could not be stored. {reason}"), detail.Summary.Error);
        Assert.All(detail.Steps, step => Assert.Null(step.Output));
    }

    [Fact]
    public async Task Start_RunWasMeantForAnotherSilo_ClaimsItFirst()
    {
        var gate = new Gate();
        var flow = await cluster.DefineAsync(cluster.GatedStep("wait", gate));
        var start = StoredRuns.Start(flow, TimeProvider.System.GetUtcNow()) with { Owner = cluster.Silo };
        await cluster.Store.CommitAsync([start], default);
        var progress = await cluster.Store.FindProgressAsync(start.Run, default);
        var assignment = progress!.ToAssignment(await cluster.Flow(flow).GetVersionAsync(ProjectId.Default, 1));

        await cluster.Run(start.Run).StartAsync(assignment with { Owner = "127.0.0.9:11111@1" });
        await gate.ReachedAsync();

        var claimed = await cluster.Store.FindProgressAsync(start.Run, default);
        Assert.Equal((cluster.Silo, 2, 0), (claimed!.Owner, claimed.Attempt, claimed.Interruptions));
        gate.Open();
        Assert.Equal(RunStatus.Succeeded, (await cluster.EndedAsync(new StartedRun(start.Run, flow))).Summary.Status);
    }

    [Fact]
    public async Task Start_AnotherSiloClaimedTheRun_ExecutesNothing()
    {
        var calls = 0;
        var flow = await cluster.DefineAsync(Counted(() => calls++));
        var start = StoredRuns.Start(flow, TimeProvider.System.GetUtcNow()) with { Owner = Absent };
        HoldTheSweep();
        await cluster.Store.CommitAsync([start, new RunClaim(start.Run) { Attempt = 1, Owner = Absent }], default);
        var progress = await cluster.Store.FindProgressAsync(start.Run, default);
        var assignment = progress!.ToAssignment(await cluster.Flow(flow).GetVersionAsync(ProjectId.Default, 1));

        await cluster.Run(start.Run).StartAsync(assignment with { Owner = "127.0.0.9:11111@2", Attempt = 1 });

        Assert.Null(await cluster.Run(start.Run).WaitAsync(Deadline));
        Assert.Equal(0, calls);
        Dispose();
        Assert.Equal(RunStatus.Succeeded, (await cluster.EndedAsync(new StartedRun(start.Run, flow))).Summary.Status);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Start_AssignmentWasLongOnItsWayAndTheRunWasTakenOver_ExecutesNothing()
    {
        var calls = 0;
        var flow = await cluster.DefineAsync(Counted(() => calls++));
        var start = StoredRuns.Start(flow, TimeProvider.System.GetUtcNow()) with { Owner = cluster.Silo };
        await cluster.Store.CommitAsync([start], default);
        var assigned = await cluster.Store.FindProgressAsync(start.Run, default);
        await cluster.Store.CommitAsync([new RunClaim(start.Run) { Attempt = 1, Owner = cluster.Silo }], default);

        await cluster.Run(start.Run).StartAsync(assigned!.ToAssignment(await cluster.Flow(flow).GetVersionAsync(ProjectId.Default, 1)));
        var detail = await cluster.EndedAsync(new StartedRun(start.Run, flow));

        Assert.Equal(RunStatus.Succeeded, detail.Summary.Status);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Attempt_RunWasTakenOverWhileItsConnectionWasAsked_ExecutesNothing()
    {
        var project = cluster.Grains.GetGrain<IProjectGrain>(ProjectId.Default.ToString());
        await project.PutConnectionAsync(new ConnectionDefinition { Name = "some", App = "http", Value = StoredRuns.JsonOf("""{"baseUrl":"https://example.org"}""") });
        var (asked, taken, calls) = (new TaskCompletionSource(), 0L, 0);
        cluster.Calls.Fault = call =>
        {
            if (call.MethodName != nameof(IProjectGrain.FindConnectionAsync) || (taken > 0 && Stopwatch.GetElapsedTime(taken) > TimeSpan.FromSeconds(1.1)))
                return null;
            asked.TrySetResult();
            return new RequestRefusedException(RefusalReason.Unavailable, "away");
        };
        var count = Counted(() => calls++);

        var run = await cluster.StartAsync(count with { Connection = "some" });
        await asked.Task;
        await cluster.Store.CommitAsync([new RunClaim(run.Id) { Attempt = 1, Owner = cluster.Silo }], default);
        taken = Stopwatch.GetTimestamp();
        var detail = await cluster.EndedAsync(run);

        Assert.Equal(RunStatus.Succeeded, detail.Summary.Status);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Finish_AnotherOwnerTookTheRun_IsDroppedAndTheOwnersResultCounts()
    {
        var (first, calls) = (new Gate(), 0);
        var run = await cluster.StartAsync(cluster.Script.Define("wait", async cancellationToken =>
        {
            if (++calls == 1)
                await first.PassAsync(cancellationToken);
            return new StepOutcome.Succeeded(StoredRuns.JsonOf($$"""{"call":{{calls}}}"""));
        }));
        await first.ReachedAsync();
        HoldTheSweep();
        await cluster.Store.CommitAsync([new RunClaim(run.Id) { Attempt = 1, Owner = Absent }], default);

        first.Open();
        Assert.Null(await cluster.Run(run.Id).WaitAsync(Deadline));
        Dispose();
        var detail = await cluster.EndedAsync(run);

        Assert.Equal(2, calls);
        Assert.Equal(RunStatus.Succeeded, detail.Summary.Status);
        Assert.Equal("""{"call":2}""", detail.Steps[1].Output.ToString());
        Assert.Equal((1, 1), await CountedAsync(run.FlowId));
    }

    [Fact]
    public async Task Collection_StepUnderWay_LeavesTheRunAlone()
    {
        var (gate, calls) = (new Gate(), 0);
        var run = await cluster.StartAsync(cluster.Script.Define("wait", async cancellationToken =>
        {
            calls++;
            await gate.PassAsync(cancellationToken);
            return ScriptedSteps.Success;
        }));
        await gate.ReachedAsync();

        await cluster.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        gate.Open();

        Assert.Equal(RunStatus.Succeeded, (await cluster.EndedAsync(run)).Summary.Status);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Find_RunWaitsForRecovery_ShowsTheTriggerAndAllSteps()
    {
        var flow = await cluster.DefineAsync(cluster.Step("fetch"), cluster.Step("send"));
        var start = StoredRuns.Start(flow, TimeProvider.System.GetUtcNow()) with { Owner = cluster.Silo };
        await cluster.Store.CommitAsync([start, start.Checkpoint(0, StoredRuns.Step("fetch"))], default);

        var detail = await cluster.Grains.GetGrain<IRunQueryGrain>(flow.ToString()).FindRunAsync(flow, start.Run);

        Assert.Equal(["Manual Trigger", "fetch", "send"], detail?.Steps.Select(s => s.Name));
        Assert.Equal((3, 2), (detail?.Summary.StepsCount, detail?.Summary.StepsSucceeded));
    }

    /// <summary>Until <see cref="Dispose"/>.</summary>
    void HoldTheSweep() => cluster.Store.BeforeTakeOver = () => throw new StoreUnavailableException("away");

    StepDefinition Counted(Action onCall) => cluster.Script.Define("count", _ =>
    {
        onCall();
        return Task.FromResult<StepOutcome>(ScriptedSteps.Success);
    });

    /// <summary>The figures of a flow once it counts the end of a run, which the store has a moment before it.</summary>
    async Task<FlowStats> StatsAsync(FlowId flow)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await cluster.Flow(flow).GetStatsAsync(ProjectId.Default) is { Finished: > 0 } stats)
                return stats;
            await Task.Delay(10, deadline.Token);
        }
    }

    async Task<(long Total, long Finished)> CountedAsync(FlowId flow)
    {
        var stats = await StatsAsync(flow);
        Assert.Equal(await cluster.Store.RecountAsync(flow, default), stats);
        return (stats.TotalRuns, stats.Finished);
    }
}
