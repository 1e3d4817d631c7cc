using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Runs;

/// <summary>All but <see cref="Running"/> are terminal, and terminal is final. The numbers are stored.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<RunStatus>))]
public enum RunStatus
{
    Running = 0,
    Succeeded = 1,
    Failed = 2,
    Canceled = 3,
}
