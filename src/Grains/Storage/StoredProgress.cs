using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Storage;

/// <summary>A running run as the store has it: <see cref="RunAssignment"/> without the definition, of which the store knows the version only.</summary>
sealed record StoredProgress
{
    public required RunId Run { get; init; }

    public required FlowId Flow { get; init; }

    public required ProjectId Project { get; init; }

    public required int FlowVersion { get; init; }

    public required Trigger Trigger { get; init; }

    public required int Attempt { get; init; }

    public required string Owner { get; init; }

    public required int Interruptions { get; init; }

    /// <summary>Results of the first steps, without the trigger.</summary>
    public required ImmutableArray<StepResult> Done { get; init; }

    /// <summary>Attempts of the step after them that have begun; null when none has.</summary>
    public int? AttemptsBegun { get; init; }

    public RunId? RetryOf { get; init; }

    public string? IdempotencyKey { get; init; }

    public string? TraceParent { get; init; }

    public RunAssignment ToAssignment(FlowVersion version) => new()
    {
        Id = Run,
        FlowId = Flow,
        ProjectId = Project,
        Flow = version,
        Trigger = Trigger,
        Attempt = Attempt,
        Owner = Owner,
        Interruptions = Interruptions,
        Done = Done,
        AttemptsBegun = AttemptsBegun,
        RetryOf = RetryOf,
        IdempotencyKey = IdempotencyKey,
        TraceParent = TraceParent,
    };
}
