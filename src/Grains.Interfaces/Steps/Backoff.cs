using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Steps;

[JsonConverter(typeof(UpperSnakeCaseConverter<Backoff>))]
public enum Backoff
{
    Fixed,
    Exponential,
}
