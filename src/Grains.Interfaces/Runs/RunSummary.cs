using System.Text.Json.Serialization;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Triggers;

namespace FlowRuns.Runs;

/// <summary>A row of the run history.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.run-summary")]
public sealed record RunSummary
{
    [Id(0)]
    public required RunId Id { get; init; }

    [Id(1)]
    public required FlowId FlowId { get; init; }

    [Id(2)]
    public required RunStatus Status { get; init; }

    /// <summary>null while running.</summary>
    [JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Duration => FinishTime - StartTime;

    [Id(3)]
    public required TriggerType TriggerType { get; init; }

    public DateTimeOffset StartTime => Id.StartTime;

    /// <summary>In whole milliseconds, never before the start; null while running.</summary>
    [Id(4)]
    public DateTimeOffset? FinishTime { get; init; }

    /// <summary>The trigger and every step of the version that runs.</summary>
    [Id(5)]
    public required int StepsCount { get; init; }

    /// <summary>The trigger counts as succeeded.</summary>
    [Id(6)]
    public required int StepsSucceeded { get; init; }

    /// <summary>null unless failed.</summary>
    [Id(7)]
    public RunError? Error { get; init; }
}
