using System.Text.Json.Serialization;
using FlowRuns.Flows;

namespace FlowRuns.Runs;

/// <summary>The answer to a start: the run is durable. The same for a repeat under the same idempotency key, whatever became of the run since.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.started-run")]
public sealed record StartedRun([property: Id(0)] RunId Id, [property: Id(1)] FlowId FlowId)
{
    [Id(2), JsonPropertyOrder(2)]
    public RunStatus Status { get; init; } = RunStatus.Running;

    [JsonPropertyOrder(3)]
    public DateTimeOffset StartTime => Id.StartTime;
}
