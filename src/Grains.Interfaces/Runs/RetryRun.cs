using FlowRuns.Json;

namespace FlowRuns.Runs;

/// <summary>How a finished run is run again.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.retry-run")]
public sealed record RetryRun
{
    /// <summary><c>start</c>, <c>failed</c> (the step that failed or was cancelled) or a step's key: the steps before it keep their results.</summary>
    [Id(0)]
    public required string From { get; init; }

    /// <summary>Run the flow's newest version instead of the one that ran.</summary>
    [Id(1)]
    public bool Latest { get; init; }

    /// <summary>Replaces the trigger's body; null keeps the trigger as it was.</summary>
    [Id(2)]
    public JsonData? Data { get; init; }
}
