using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FlowRuns.Json;
using FlowRuns.Steps;

namespace FlowRuns.Storage;

/// <summary>How step results are stored: the API's own JSON, so that a database client can read it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = FlowRuns.Json.JsonData.MaxDepth,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(ImmutableArray<StepResult>))]
sealed partial class StoreJsonContext : JsonSerializerContext;
