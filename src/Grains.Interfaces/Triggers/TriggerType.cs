using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>Why a run was started. A flow's own trigger is one of the first three.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<TriggerType>))]
public enum TriggerType
{
    Schedule,
    Webhook,
    Manual,

    /// <summary>Started by another flow's run.</summary>
    Flow,

    /// <summary>A new run in place of an earlier one.</summary>
    Retry,
}
