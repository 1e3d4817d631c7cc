using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Grains.Tests.Runs;

public sealed class RunProgressTests
{
    static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-04-21T09:00:00Z");

    [Fact]
    public void Finish_AllStepsSucceeded_CountsTheTriggerToo()
    {
        var progress = Progress(Step("a"), Step("b"));

        Succeed(progress, at: 10);
        Succeed(progress, at: 30);
        var outcome = progress.Finish(Start.AddMilliseconds(31));

        Assert.Null(progress.Next);
        Assert.Equal((RunStatus.Succeeded, 3, 3), (outcome.Summary.Status, outcome.Summary.StepsCount, outcome.Summary.StepsSucceeded));
        Assert.Equal(TimeSpan.FromMilliseconds(31), outcome.Summary.Duration);
        Assert.Equal(["Manual Trigger", "a", "b"], outcome.Steps.Select(s => s.Name));
    }

    [Fact]
    public void Finish_NoSteps_SucceedsWithTheTriggerOnly()
    {
        var outcome = Progress().Finish(Start);

        Assert.Equal((RunStatus.Succeeded, 1, 1), (outcome.Summary.Status, outcome.Summary.StepsCount, outcome.Summary.StepsSucceeded));
    }

    [Fact]
    public void Record_FailureWithoutRetry_FailsTheRunAndSkipsTheRest()
    {
        var progress = Progress(Step("a"), Step("b"));

        progress.Begin(hasEffects: false, isOurs: true, Start);
        var rest = progress.Record(new StepOutcome.Failed("no"), null, Start.AddMilliseconds(5));
        var outcome = progress.Finish(Start.AddMilliseconds(5));

        Assert.Null(rest);
        Assert.Equal(new RunError("a", "no"), outcome.Summary.Error);
        Assert.Equal([StepStatus.Succeeded, StepStatus.Failed, StepStatus.Skipped], outcome.Steps.Select(s => s.Status));
        Assert.Equal(1, outcome.Summary.StepsSucceeded);
    }

    [Fact]
    public void Finish_LongError_IsWholeInTheStepAndCutInTheRow()
    {
        var progress = Progress(Step("a"));
        var message = $"{new string('x', RunError.LongestMessage - 1)}🦊 and more";

        progress.Begin(hasEffects: false, isOurs: true, Start);
        progress.Record(new StepOutcome.Failed(message), null, Start);
        var outcome = progress.Finish(Start);

        Assert.Equal(message, outcome.Steps[1].Error);
        Assert.Equal($"{new string('x', RunError.LongestMessage - 1)}...", outcome.Summary.Error!.Message);
    }

    [Fact]
    public void Record_FailuresWithinTheRetryPolicy_RestsLongerEachTimeAndRecordsTheAttempts()
    {
        var progress = Progress(Step("a") with { Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromMinutes(1) } });

        Assert.Equal(TimeSpan.FromSeconds(1), Fail(progress));
        Assert.Equal(TimeSpan.FromSeconds(2), Fail(progress));
        Succeed(progress, at: 3000);

        var step = progress.Finish(Start.AddSeconds(3)).Steps[1];
        Assert.Equal((StepStatus.Succeeded, 3), (step.Status, step.Attempts));
        Assert.Equal(TimeSpan.FromSeconds(3), step.Duration);
    }

    [Fact]
    public void Record_ServerAsksForALongerRest_GetsIt()
    {
        var progress = Progress(Step("a") with { Retry = new RetryPolicy { MaxAttempts = 2 } });
        progress.Begin(hasEffects: true, isOurs: true, Start);

        Assert.Equal(TimeSpan.FromMinutes(5), progress.Record(new StepOutcome.Failed("busy", RetryAfter: TimeSpan.FromMinutes(5)), null, Start));
    }

    [Fact]
    public void Record_FinalFailure_IsNotRetried()
    {
        var progress = Progress(Step("a") with { Retry = new RetryPolicy { MaxAttempts = 5 } });
        progress.Begin(hasEffects: true, isOurs: true, Start);

        Assert.Null(progress.Record(new StepOutcome.Failed("syntax", Final: true), null, Start));
        Assert.Null(progress.Next);
    }

    [Fact]
    public void Begin_StepsWithoutEffects_NeedNoCommitOfTheirOwn()
    {
        var progress = Progress(Step("a"), Step("b"));

        Assert.Null(progress.Begin(hasEffects: false, isOurs: true, Start));
        Succeed(progress, at: 1, begin: false);
        Assert.Null(progress.Begin(hasEffects: false, isOurs: true, Start));
    }

    [Fact]
    public void Begin_EffectAfterUndurableResults_CommitsThemFirstAndOnce()
    {
        var progress = Progress(Step("a"), Step("b"), Step("c"));
        Succeed(progress, at: 1);

        var first = progress.Begin(hasEffects: true, isOurs: true, Start);
        progress.Committed(first!);
        Succeed(progress, at: 2, begin: false);
        var second = progress.Begin(hasEffects: true, isOurs: true, Start);

        Assert.Equal((0, 1, 1), (first!.Position, first.Results.Length, first.AttemptsBegun));
        Assert.Equal((1, 1), (second!.Position, second.Results.Length));
        Assert.Equal("b", second.Results[0].Name);
    }

    [Fact]
    public void Begin_FirstEffectOfARun_CommitsOnlyWhereItMayRunOnce()
    {
        Assert.Null(Progress(Step("a")).Begin(hasEffects: true, isOurs: true, Start));
        Assert.NotNull(Progress(Step("a") with { OnCrash = CrashPolicy.Fail }).Begin(hasEffects: true, isOurs: true, Start));
    }

    [Fact]
    public void Resumed_AfterDurableResults_GoesOnWithTheNextStep()
    {
        var progress = new RunProgress(Assignment([Step("a"), Step("b")]) with { Attempt = 2, Done = [Result("a")] });

        Assert.Equal("b", progress.Next?.Key);
        Succeed(progress, at: 9);
        Assert.Equal(RunStatus.Succeeded, progress.Finish(Start.AddMilliseconds(9)).Summary.Status);
    }

    [Theory]
    [InlineData(CrashPolicy.Fail, RunStatus.Failed)]
    [InlineData(CrashPolicy.Retry, RunStatus.Running)]
    public void FailIfInterrupted_DuringAStep_FailsOnlyWhatMayRunOnce(CrashPolicy policy, RunStatus expected)
    {
        var progress = new RunProgress(Assignment([Step("a") with { OnCrash = policy }]) with { Attempt = 2, AttemptsBegun = 1 });

        progress.FailIfInterrupted(maxAttempts: 10, Start);

        Assert.Equal(expected == RunStatus.Failed, progress.Next is null);
        if (expected == RunStatus.Failed)
            Assert.StartsWith("interrupted", progress.Finish(Start).Summary.Error?.Message);
    }

    [Fact]
    public void FailIfInterrupted_TakenUpTooOften_FailsTheRun()
    {
        var progress = new RunProgress(Assignment([Step("a")]) with { Attempt = 15, Interruptions = 10 });

        progress.FailIfInterrupted(maxAttempts: 10, Start);

        Assert.Equal("a", progress.Finish(Start).Summary.Error?.Step);
    }

    [Fact]
    public void FailIfInterrupted_HandedOverOften_GoesOn()
    {
        var progress = new RunProgress(Assignment([Step("a")]) with { Attempt = 15, Interruptions = 9 });

        progress.FailIfInterrupted(maxAttempts: 10, Start);

        Assert.Equal("a", progress.Next?.Key);
    }

    [Fact]
    public void Begin_RunMayHaveBeenTakenOver_AsksBeforeAnEffect()
    {
        Assert.NotNull(Progress(Step("a")).Begin(hasEffects: true, isOurs: false, Start));
        Assert.Null(Progress(Step("a")).Begin(hasEffects: false, isOurs: false, Start));
    }

    [Fact]
    public void Resumed_AttemptCutShort_DoesNotUseUpTheRetries()
    {
        var step = Step("a") with { Retry = new RetryPolicy { MaxAttempts = 2 } };
        var progress = new RunProgress(Assignment([step]) with { Attempt = 2, AttemptsBegun = 1 });

        Assert.NotNull(Fail(progress));
        Succeed(progress, at: 1);

        Assert.Equal(3, progress.Finish(Start.AddMilliseconds(1)).Steps[1].Attempts);
    }

    [Fact]
    public void Cancel_DuringAStep_MarksItAndSkipsTheRest()
    {
        var progress = Progress(Step("a"), Step("b"));
        progress.Begin(hasEffects: true, isOurs: true, Start);

        progress.Cancel(Start.AddMilliseconds(7));
        var outcome = progress.Finish(Start.AddMilliseconds(7));

        Assert.Equal(RunStatus.Canceled, outcome.Summary.Status);
        Assert.Null(outcome.Summary.Error);
        Assert.Equal([StepStatus.Succeeded, StepStatus.Canceled, StepStatus.Skipped], outcome.Steps.Select(s => s.Status));
    }

    [Fact]
    public void Cancel_AfterTheLastStep_ComesTooLate()
    {
        var progress = Progress(Step("a"));
        Succeed(progress, at: 1);

        progress.Cancel(Start.AddMilliseconds(2));

        Assert.Equal(RunStatus.Succeeded, progress.Finish(Start.AddMilliseconds(2)).Summary.Status);
    }

    [Fact]
    public void Detail_WhileAStepRuns_ShowsItAsRunning()
    {
        var progress = Progress(Step("a"), Step("b"));
        Succeed(progress, at: 1);
        progress.Begin(hasEffects: true, isOurs: true, Start.AddMilliseconds(1));

        var detail = progress.Detail(terminal: null);

        Assert.Equal(RunStatus.Running, detail.Summary.Status);
        Assert.Null(detail.Summary.FinishTime);
        Assert.Equal([StepStatus.Succeeded, StepStatus.Succeeded, StepStatus.Running], detail.Steps.Select(s => s.Status));
    }

    static RunProgress Progress(params StepDefinition[] steps) => new(Assignment(steps));

    static RunAssignment Assignment(StepDefinition[] steps) => new()
    {
        Id = RunId.Next(default, Start),
        FlowId = default,
        Owner = "silo-a",
        ProjectId = default,
        Trigger = Trigger.Manual(JsonData.Null),
        Flow = new FlowVersion
        {
            Version = 1,
            Created = Start,
            Definition = new FlowDefinition
            {
                Name = "Flow",
                Trigger = new TriggerDefinition { Type = TriggerType.Manual, Name = "Manual Trigger" },
                Steps = [.. steps],
            },
        },
    };

    static StepDefinition Step(string key) => new() { Key = key, Name = key, Type = "data.set" };

    static StepResult Result(string name) => new() { Name = name, Status = StepStatus.Succeeded, Output = JsonData.EmptyObject };

    static void Succeed(RunProgress progress, int at, bool begin = true)
    {
        if (begin)
            progress.Begin(hasEffects: false, isOurs: true, Start);
        progress.Record(new StepOutcome.Succeeded(JsonData.EmptyObject), JsonData.EmptyObject, Start.AddMilliseconds(at));
    }

    static TimeSpan? Fail(RunProgress progress)
    {
        progress.Begin(hasEffects: true, isOurs: true, Start);
        return progress.Record(new StepOutcome.Failed("busy"), null, Start);
    }
}
