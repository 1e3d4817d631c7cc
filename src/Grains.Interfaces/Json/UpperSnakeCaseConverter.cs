using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowRuns.Json;

/// <summary>Writes an enum as <c>UPPER_SNAKE_CASE</c>, the API's form, and refuses numbers.</summary>
public sealed class UpperSnakeCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false)
    where T : struct, Enum;
