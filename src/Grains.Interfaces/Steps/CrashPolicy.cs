using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>What becomes of a step that was under way when its process died.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<CrashPolicy>))]
public enum CrashPolicy
{
    /// <summary>It runs again: at least once.</summary>
    Retry,

    /// <summary>It fails: at most once.</summary>
    Fail,
}
