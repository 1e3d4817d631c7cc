using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Projects;

/// <summary>What a key may do; each scope includes the ones before it.</summary>
[JsonConverter(typeof(LowerCaseConverter<ApiKeyScope>))]
public enum ApiKeyScope
{
    Read = 0,
    Write = 1,
    Admin = 2,
}
