using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Schedules;

/// <summary>Why a due time started no run. The numbers are stored.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<MissedReason>))]
public enum MissedReason
{
    Paused = 0,

    /// <summary>Nothing was running then, and the schedule's catch-up policy is NONE.</summary>
    CatchUpNone = 1,

    /// <summary>Nothing was running until the catch-up window was over.</summary>
    OutsideWindow = 2,

    /// <summary>More due times were missed than the policy ALL catches up with.</summary>
    OverLimit = 3,
}
