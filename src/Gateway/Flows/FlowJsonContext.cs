using System.Text.Json;
using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Gateway.Flows;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(FlowDocument))]
[JsonSerializable(typeof(FlowVersionDocument))]
[JsonSerializable(typeof(JsonElement))]
sealed partial class FlowJsonContext : JsonSerializerContext;
