using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>What a due occurrence does while the flow's previous scheduled run is still under way.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    Allow,
    Skip,
    QueueOne,
    CancelPrevious,
}
