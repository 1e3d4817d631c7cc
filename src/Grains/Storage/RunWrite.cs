using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Storage;

/// <summary>One state change of one run.</summary>
abstract record RunWrite(RunId Run) : JournalWrite
{
    protected static long SizeOf(ImmutableArray<StepResult> steps)
    {
        var size = 0L;
        foreach (var step in steps)
            size += SizeOf(step.Input) + SizeOf(step.Output) + (step.Error?.Length ?? 0);
        return size;
    }

    protected static long SizeOf(JsonData? data) => data?.Utf8.Length ?? 0;
}

/// <summary>A new running run, with its idempotency key or due time where it has one.</summary>
sealed record RunStart(RunId Run) : RunWrite(Run)
{
    public required FlowId Flow { get; init; }

    public required ProjectId Project { get; init; }

    public required int FlowVersion { get; init; }

    public required Trigger Trigger { get; init; }

    /// <summary>The trigger and all steps.</summary>
    public required int StepsCount { get; init; }

    /// <summary>Who executes it: a silo's address with its generation.</summary>
    public required string Owner { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Required with <see cref="IdempotencyKey"/>.</summary>
    public string? RequestHash { get; init; }

    /// <summary>What the ledger says of the trigger's due time.</summary>
    public OccurrenceOutcome Outcome { get; init; }

    /// <summary>Committed with the start, and also when the start is a duplicate: then its due time has an outcome already.</summary>
    public ScheduleProgress? Progress { get; init; }

    public RunId? RetryOf { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>Results that a retry takes over from <see cref="RetryOf"/>; durable with the start, as checkpoint 0.</summary>
    public ImmutableArray<StepResult> Done { get; init; } = [];

    /// <summary>How the run has ended already, to be committed together with its start; null when it is under way from then on.</summary>
    public RunFinish? End { get; init; }

    public override long Size => SizeOf(Trigger.Output) + SizeOf(Done) + (End?.Size ?? 0) + (Progress?.Size ?? 0);

    public static RunStart Of(RunAssignment run) => new(run.Id)
    {
        Flow = run.FlowId,
        Project = run.ProjectId,
        FlowVersion = run.Flow.Version,
        Trigger = run.Trigger,
        StepsCount = run.Flow.Definition.Steps.Length + 1,
        Owner = run.Owner,
        IdempotencyKey = run.IdempotencyKey,
        RetryOf = run.RetryOf,
        TraceParent = run.TraceParent,
        Done = run.Done,
    };
}

/// <summary>Makes step results of a running run durable, and the fact that a step is about to be attempted.</summary>
sealed record RunCheckpoint(RunId Run) : RunWrite(Run)
{
    public required int Attempt { get; init; }

    /// <summary>How many step results were durable before: writing the same position again changes nothing.</summary>
    public required int Position { get; init; }

    /// <summary>The results since, in order; may be empty.</summary>
    public required ImmutableArray<StepResult> Results { get; init; }

    /// <summary>The attempt of the step after them that begins now, from 1; null when none does yet.</summary>
    public int? AttemptsBegun { get; init; }

    public override long Size => SizeOf(Results);
}

/// <summary>Gives a running run to another owner, or to nobody, as the next attempt: whatever the one before still writes is stale.</summary>
sealed record RunClaim(RunId Run) : RunWrite(Run)
{
    /// <summary>The attempt so far; the owner has the one after it.</summary>
    public required int Attempt { get; init; }

    /// <summary>A silo's address with its generation; <see cref="Nobody"/> for whichever silo takes the run over next.</summary>
    public required string Owner { get; init; }

    public const string Nobody = "";
}

/// <summary>The end of a run: terminal row, steps and statistics in one.</summary>
sealed record RunFinish(RunId Run) : RunWrite(Run)
{
    public required FlowId Flow { get; init; }

    public required int Attempt { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTimeOffset FinishTime { get; init; }

    public required int StepsSucceeded { get; init; }

    public RunError? Error { get; init; }

    /// <summary>All steps, the trigger first.</summary>
    public required ImmutableArray<StepResult> Steps { get; init; }

    /// <summary>The finish time as it is stored, in unix milliseconds: never before the start, whatever the clock says.</summary>
    public long FinishMilliseconds => Math.Max(FinishTime.ToUnixTimeMilliseconds(), Run.StartTime.ToUnixTimeMilliseconds());

    public override long Size => SizeOf(Steps);

    public static RunFinish Of(RunOutcome outcome) => new(outcome.Summary.Id)
    {
        Flow = outcome.Summary.FlowId,
        Attempt = outcome.Attempt,
        Status = outcome.Summary.Status,
        FinishTime = outcome.Summary.FinishTime ?? throw new ArgumentException("A finished run has a finish time.", nameof(outcome)),
        StepsSucceeded = outcome.Summary.StepsSucceeded,
        Error = outcome.Summary.Error,
        Steps = outcome.Steps,
    };
}

/// <summary>Removes a finished run; its flow's totals stay.</summary>
sealed record RunDelete(RunId Run, FlowId Flow) : RunWrite(Run);
