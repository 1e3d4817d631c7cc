using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

[JsonConverter(typeof(UpperSnakeCaseConverter<CatchUpPolicy>))]
public enum CatchUpPolicy
{
    /// <summary>One run, for the newest occurrence missed.</summary>
    One,
    All,
    None,
}
