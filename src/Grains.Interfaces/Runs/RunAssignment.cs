using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Runs;

/// <summary>Everything a run needs to go on from its last durable step, without asking anyone.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.run-assignment")]
public sealed record RunAssignment
{
    [Id(0)]
    public required RunId Id { get; init; }

    [Id(1)]
    public required FlowId FlowId { get; init; }

    [Id(2)]
    public required ProjectId ProjectId { get; init; }

    [Id(3)]
    public required FlowVersion Flow { get; init; }

    [Id(4)]
    public required Trigger Trigger { get; init; }

    /// <summary>Which taking of the run this is, from 1.</summary>
    [Id(5)]
    public int Attempt { get; init; } = 1;

    /// <summary>Durable results of the first steps, without the trigger.</summary>
    [Id(6)]
    public ImmutableArray<StepResult> Done { get; init; } = [];

    /// <summary>How many attempts of the next step may have begun before the process died; null when none has.</summary>
    [Id(7)]
    public int? AttemptsBegun { get; init; }

    [Id(8)]
    public RunId? RetryOf { get; init; }

    [Id(9)]
    public string? IdempotencyKey { get; init; }

    [Id(10)]
    public string? TraceParent { get; init; }

    /// <summary>Who executes it: a silo's address with its generation. Another silo claims the run first.</summary>
    [Id(11)]
    public required string Owner { get; init; }

    /// <summary>How often a silo died that executed it.</summary>
    [Id(12)]
    public int Interruptions { get; init; }

    /// <summary>A timestamp of the owner's own clock: by then nobody had taken the run over from the owner. Null when another silo assigned it, since nobody knows how long that was on its way.</summary>
    [Id(13)]
    public long? Confirmed { get; init; }
}
