using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Steps;

[JsonConverter(typeof(UpperSnakeCaseConverter<StepStatus>))]
public enum StepStatus
{
    Running,
    Succeeded,
    Failed,

    /// <summary>Never reached, because an earlier step failed or the run was cancelled.</summary>
    Skipped,
    Canceled,
}
