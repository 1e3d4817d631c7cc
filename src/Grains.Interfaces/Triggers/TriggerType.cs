using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>Why a run was started. A flow's own trigger is one of the first three. The numbers are stored.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<TriggerType>))]
public enum TriggerType
{
    Schedule = 0,
    Webhook = 1,
    Manual = 2,

    /// <summary>Started by another flow's run.</summary>
    Flow = 3,

    /// <summary>A new run in place of an earlier one.</summary>
    Retry = 4,
}
