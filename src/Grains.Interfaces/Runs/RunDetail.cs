using System.Collections.Immutable;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Runs;

/// <summary>A run with its steps, the trigger first. While it runs, what it has done so far.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.run-detail")]
public sealed record RunDetail
{
    [Id(0)]
    public required RunSummary Summary { get; init; }

    [Id(1)]
    public required int FlowVersion { get; init; }

    [Id(2)]
    public required Trigger Trigger { get; init; }

    [Id(3)]
    public required ImmutableArray<StepResult> Steps { get; init; }

    /// <summary>The run in whose place this one was started; null when it was none.</summary>
    [Id(4)]
    public RunId? RetryOf { get; init; }

    /// <summary>The newest run that was started in place of this one; null when there is none.</summary>
    [Id(5)]
    public RunId? RetriedBy { get; init; }

    [Id(6)]
    public string? IdempotencyKey { get; init; }
}
