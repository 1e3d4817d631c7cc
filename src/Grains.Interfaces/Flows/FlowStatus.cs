using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Flows;

/// <summary>Whether the flow's schedule and webhook are on. A run can be started by hand either way. The numbers are stored.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<FlowStatus>))]
public enum FlowStatus
{
    Inactive = 0,
    Active = 1,
}
