using System.Collections.Immutable;
using FlowRuns.Expressions;
using FlowRuns.Json;
using FlowRuns.Steps;
using FlowRuns.Storage;
using FlowRuns.Triggers;

namespace FlowRuns.Runs;

/// <summary>Where a run stands: which step is next, what an attempt's outcome changes, what has to be durable before the next one.</summary>
/// <remarks>Pure: no clock, no grains. Times are arguments, in whole milliseconds.</remarks>
sealed class RunProgress
{
    readonly List<StepResult> _results;
    readonly ImmutableArray<StepDefinition> _steps;
    int _durable;
    int _begun;
    int _failures;
    DateTimeOffset? _stepStart;
    JsonData? _input;
    RunStatus _status = RunStatus.Running;

    public RunProgress(RunAssignment assignment)
    {
        Assignment = assignment;
        _steps = assignment.Flow.Definition.Steps;
        _results = [.. assignment.Done];
        _durable = _results.Count;
        _begun = assignment.AttemptsBegun ?? 0;

        // Of the attempts that had begun, the last one was cut short and counts for nothing; those before it had failed.
        _failures = Math.Max(0, _begun - 1);
        Scope = new ExpressionScope(assignment.Id, assignment.FlowId, assignment.Flow.Definition.Name, assignment.Flow.Version, assignment.Trigger);
        for (var i = 0; i < _results.Count; i++)
            Scope.Add(_steps[i].Key, _results[i].Output ?? JsonData.Null);
        RecordedBytes = assignment.Trigger.Output.Utf8.Length + _results.Sum(SizeOf);
    }

    public RunAssignment Assignment { get; private set; }

    public ExpressionScope Scope { get; }

    /// <summary>Bytes of the inputs and outputs of all steps that have ended, and of the trigger's.</summary>
    public long RecordedBytes { get; private set; }

    /// <summary>How many attempts of <see cref="Next"/> have begun.</summary>
    public int AttemptsBegun => _begun;

    /// <summary>The step to attempt next; null when the run has ended.</summary>
    public StepDefinition? Next => _status == RunStatus.Running && _results.Count < _steps.Length ? _steps[_results.Count] : null;

    /// <summary>The run belongs to <paramref name="owner"/> now, as the next attempt.</summary>
    public void Claimed(string owner) => Assignment = Assignment with { Owner = owner, Attempt = Assignment.Attempt + 1 };

    /// <summary>Ends a run that may not go on after its process died: its step runs at most once, or the run was taken up too often.</summary>
    public void FailIfInterrupted(int maxAttempts, DateTimeOffset now)
    {
        if (Next is not { } step)
            return;
        if (Assignment.Interruptions >= maxAttempts)
            Interrupt($"interrupted: the run was taken up {maxAttempts} times and its process ended each time", now);
        else if (_begun > 0 && step.OnCrash == CrashPolicy.Fail)
            Interrupt("interrupted: the process ended during this step, which runs at most once (onCrash: FAIL)", now);
    }

    /// <summary>Notes that an attempt of <see cref="Next"/> begins, and returns what has to be committed before it may; null when nothing has.</summary>
    /// <param name="isOurs">Whether it is certain without a commit that no other silo has taken the run over.</param>
    public RunCheckpoint? Begin(bool hasEffects, bool isOurs, DateTimeOffset now)
    {
        _begun++;
        _stepStart ??= now;
        if (!hasEffects || (isOurs && _durable == _results.Count && _begun == 1 && Next?.OnCrash != CrashPolicy.Fail))
            return null;

        return new RunCheckpoint(Assignment.Id)
        {
            Attempt = Assignment.Attempt,
            Position = _durable,
            Results = [.. _results[_durable..]],
            AttemptsBegun = _begun,
        };
    }

    public void Committed(RunCheckpoint checkpoint) => _durable = checkpoint.Position + checkpoint.Results.Length;

    /// <summary>Applies an attempt's outcome; returns how long to rest before the next attempt of the same step, or null when the step has ended.</summary>
    /// <param name="input">The input as it is recorded, masked; null when it could not be made.</param>
    public TimeSpan? Record(StepOutcome outcome, JsonData? input, DateTimeOffset now)
    {
        var step = Next ?? throw new InvalidOperationException("The run has ended.");
        _input = input;
        switch (outcome)
        {
            case StepOutcome.Succeeded succeeded:
                Scope.Add(step.Key, succeeded.Output);
                End(step, StepStatus.Succeeded, succeeded.Output, null, now);
                return null;

            case StepOutcome.Failed failed when !failed.Final && ++_failures < (step.Retry?.MaxAttempts ?? 1):
                var rest = step.Retry!.DelayAfter(_failures);
                return failed.RetryAfter > rest ? failed.RetryAfter : rest;

            case StepOutcome.Failed failed:
                _status = RunStatus.Failed;
                End(step, StepStatus.Failed, null, failed.Message, now);
                return null;

            default:
                throw new InvalidOperationException($"Unknown outcome {outcome.GetType()}.");
        }
    }

    /// <summary>Ends the run as canceled; the step under way is marked so.</summary>
    public void Cancel(DateTimeOffset now)
    {
        if (Next is not { } step)
            return;
        _status = RunStatus.Canceled;
        if (_stepStart is not null)
            End(step, StepStatus.Canceled, null, null, now);
    }

    /// <summary>Ends the run because the engine cannot go on with it.</summary>
    public void Fail(string message, DateTimeOffset now)
    {
        if (Next is not null)
            Interrupt(message, now);
    }

    public RunOutcome Finish(DateTimeOffset now)
    {
        if (_status == RunStatus.Running && Next is null)
            _status = RunStatus.Succeeded;
        if (_status == RunStatus.Running)
            throw new InvalidOperationException("The run has not ended.");

        return new RunOutcome { Summary = Summary(now < Assignment.Id.StartTime ? Assignment.Id.StartTime : now), Attempt = Assignment.Attempt, Steps = AllSteps() };
    }

    /// <param name="terminal">The terminal row once it is durable; null while the run goes on.</param>
    public RunDetail Detail(RunSummary? terminal) => new()
    {
        Summary = terminal ?? Summary(null),
        FlowVersion = Assignment.Flow.Version,
        Trigger = Assignment.Trigger,
        Steps = AllSteps(),
        RetryOf = Assignment.RetryOf,
        IdempotencyKey = Assignment.IdempotencyKey,
    };

    RunSummary Summary(DateTimeOffset? finishTime)
    {
        var last = _results.Count > 0 ? _results[^1] : null;
        return new RunSummary
        {
            Id = Assignment.Id,
            FlowId = Assignment.FlowId,
            Status = finishTime is null ? RunStatus.Running : _status,
            TriggerType = Assignment.Trigger.Type,
            FinishTime = finishTime,
            StepsCount = _steps.Length + 1,
            StepsSucceeded = 1 + _results.Count(r => r.Status == StepStatus.Succeeded),
            Error = finishTime is not null && last?.Status == StepStatus.Failed ? RunError.Of(last.Name, last.Error ?? "") : null,
        };
    }

    ImmutableArray<StepResult> AllSteps()
    {
        var steps = ImmutableArray.CreateBuilder<StepResult>(_steps.Length + 1);
        steps.Add(TriggerResult());
        steps.AddRange(_results);
        for (var i = _results.Count; i < _steps.Length; i++)
        {
            var underWay = _status == RunStatus.Running && i == _results.Count && _stepStart is not null;
            steps.Add(new StepResult
            {
                Name = _steps[i].Name,
                Status = underWay ? StepStatus.Running : StepStatus.Skipped,
                StartTime = underWay ? _stepStart : null,
                Attempts = underWay && _begun > 1 ? _begun : null,
            });
        }

        return steps.MoveToImmutable();
    }

    StepResult TriggerResult() => new()
    {
        Name = Assignment.Trigger.Type == Assignment.Flow.Definition.Trigger.Type ? Assignment.Flow.Definition.Trigger.Name : NameOf(Assignment.Trigger.Type),
        Status = StepStatus.Succeeded,
        Duration = TimeSpan.Zero,
        Output = Assignment.Trigger.Output,
        StartTime = Assignment.Id.StartTime,
    };

    static string NameOf(TriggerType type) => type switch
    {
        TriggerType.Retry => "Retry Trigger",
        TriggerType.Flow => "Flow Trigger",
        _ => "Manual Trigger",
    };

    void Interrupt(string message, DateTimeOffset now)
    {
        _stepStart ??= now;
        _status = RunStatus.Failed;
        End(_steps[_results.Count], StepStatus.Failed, null, message, now);
    }

    void End(StepDefinition step, StepStatus status, JsonData? output, string? error, DateTimeOffset now)
    {
        var start = _stepStart ?? now;
        var result = new StepResult
        {
            Name = step.Name,
            Status = status,
            Duration = now > start ? now - start : TimeSpan.Zero,
            Input = _input,
            Output = output,
            Error = error,
            StartTime = start,
            Attempts = _begun > 1 ? _begun : null,
        };
        _results.Add(result);
        RecordedBytes += SizeOf(result);
        _begun = 0;
        _failures = 0;
        _stepStart = null;
        _input = null;
    }

    static long SizeOf(StepResult step) => (step.Input?.Utf8.Length ?? 0) + (step.Output?.Utf8.Length ?? 0);
}
