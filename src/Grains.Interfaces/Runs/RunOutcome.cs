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

    /// <summary>The failure that is left when the results cannot be stored.</summary>
    public RunOutcome WithoutData(string reason) => this with
    {
        Summary = Summary with { Status = RunStatus.Failed, Error = RunError.Of(Steps[^1].Name, $"The results could not be stored. {reason}") },
        Steps = [.. Steps.Select(step => step with { Input = null, Output = null, Error = null })],
    };
}
