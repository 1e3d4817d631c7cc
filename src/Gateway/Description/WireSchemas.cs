using System.Reflection;
using System.Text.Json.Serialization;
using FlowRuns.Flows;
using FlowRuns.Gateway.Flows;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Triggers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>Schemas of what converters write, which the serializer cannot tell by itself, and of fields that bodies may leave out.</summary>
sealed class WireSchemas : IOpenApiSchemaTransformer
{
    static readonly Dictionary<Type, string> IdPrefixes = new()
    {
        [typeof(FlowId)] = "flow_",
        [typeof(RunId)] = "run_",
        [typeof(ConnectionId)] = "conn_",
        [typeof(ApiKeyId)] = "key_",
        [typeof(ProjectId)] = "proj_",
    };

    public static OpenApiSchema Id(string prefix) => new() { Type = JsonSchemaType.String, Pattern = $"^{prefix}[0-9a-hjkmnp-tv-z]{{26}}$" };

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (IdPrefixes.TryGetValue(type, out var prefix))
            Become(schema, Id(prefix));
        else if (type == typeof(DateTimeOffset))
            Become(schema, new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" });
        else if (type == typeof(TimeSpan))
            Become(schema, Length(context));
        else if (type == typeof(JsonData))
            Become(schema, new OpenApiSchema { Description = "Any JSON value." });
        else if (type.IsEnum)
            schema.Type = JsonSchemaType.String;
        else if (type == typeof(StepDocument))
            schema.Required?.Remove("key");
        else if (type == typeof(TriggerDefinition))
            schema.Required?.Remove("name");

        if (type != context.JsonTypeInfo.Type)
            schema.Type |= JsonSchemaType.Null;
        return Task.CompletedTask;
    }

    static void Become(OpenApiSchema schema, OpenApiSchema wire)
    {
        schema.Type = wire.Type;
        schema.Format = wire.Format;
        schema.Pattern = wire.Pattern;
        schema.Description = wire.Description;
    }

    static OpenApiSchema Length(OpenApiSchemaTransformerContext context) =>
        context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(JsonConverterAttribute), inherit: false) is [JsonConverterAttribute { ConverterType: { } converter }]
        && converter == typeof(MillisecondsConverter)
            ? new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "Milliseconds." }
            : new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9]{1,9}(ms|s|m|h|d)$", Description = "A whole number and a unit, such as 250ms, 30s, 15m, 1h or 7d." };
}
