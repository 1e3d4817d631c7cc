using System.Collections.Immutable;
using FlowRuns.Steps;

namespace FlowRuns.Runs;

/// <summary>What a run reports to its flow when it has ended.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.run-outcome")]
public sealed record RunOutcome
{
    /// <summary>The terminal row.</summary>
    [Id(0)]
    public required RunSummary Summary { get; init; }

    /// <summary>Which taking of the run this is, from 1: only the newest may finish it.</summary>
    [Id(1)]
    public required int Attempt { get; init; }

    [Id(2)]
    public required ImmutableArray<StepResult> Steps { get; init; }
}
