using System.Text.Json.Nodes;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Triggers;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>The parameters that endpoints read by themselves, with their ranges and defaults.</summary>
static class Parameter
{
    static readonly OpenApiSchema Time = new() { Type = JsonSchemaType.String, Format = "date-time" };

    public static OpenApiParameter Limit { get; } = Query(
        "limit",
        "How many rows at most.",
        new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "100", Default = 10 });

    public static OpenApiParameter Cursor { get; } = Query("cursor", "The `cursor` of the page before; without it the newest rows.", Text);

    public static OpenApiParameter FlowStatus { get; } = Query("status", "Only flows of this status.", Choice<FlowStatus>());

    public static OpenApiParameter RunStatuses { get; } = Query(
        "status",
        "Only runs of these statuses, separated by commas.",
        new OpenApiSchema { Type = JsonSchemaType.Array, Items = Choice<RunStatus>() },
        explode: false);

    public static OpenApiParameter TriggerType { get; } = Query("triggerType", "Only runs started this way.", Choice<TriggerType>());

    public static OpenApiParameter StartedAfter { get; } = Query("startedAfter", "Only runs with a start time at or after this.", Time);

    public static OpenApiParameter StartedBefore { get; } = Query("startedBefore", "Only runs with a start time before this.", Time);

    public static OpenApiParameter StatsFrom { get; } = Query("from", "Only runs that started in this hour or later.", Time);

    public static OpenApiParameter StatsTo { get; } = Query("to", "Only runs that started before this; an hour that has begun counts whole.", Time);

    public static OpenApiParameter SeriesFrom { get; } = Required(Query("from", "A time in the first bucket.", Time));

    public static OpenApiParameter SeriesTo { get; } = Required(Query("to", $"The end of the last bucket, or a time in it; there can be {Runs.StatsParameters.MaxBuckets} of them.", Time));

    public static OpenApiParameter Interval { get; } = Query("interval", "How wide the buckets are.", Choice<StatsInterval>());

    public static OpenApiParameter Wait { get; } = Query(
        "wait",
        "Seconds to wait for the run's end: then the answer is the whole run, or 202 with the four fields when it has not ended.",
        new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Maximum = "60", Default = 0 });

    public static OpenApiParameter IdempotencyKey { get; } = new()
    {
        Name = "Idempotency-Key",
        In = ParameterLocation.Header,
        Description = "Makes a repeat safe: the same key with the same body within 24 hours answers with the first run, with another body 409.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255, Pattern = "^[!-~]+$" },
    };

    /// <summary>The schema and description of a parameter in a path, by its name.</summary>
    public static (OpenApiSchema Schema, string Description) Path(string name) => name == "version"
        ? (new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" }, "The version's number.")
        : (WireSchemas.Id(name switch { "connectionId" => "conn_", _ => name[..^2] + "_" }), $"The {name[..^2]}'s id.");

    static OpenApiParameter Required(OpenApiParameter parameter)
    {
        parameter.Required = true;
        return parameter;
    }

    static OpenApiSchema Text => new() { Type = JsonSchemaType.String };

    static OpenApiSchema Choice<T>()
        where T : struct, Enum => new()
        {
            Type = JsonSchemaType.String,
            Enum = [.. Enum.GetValues<T>().Select(value => (JsonNode)WireNames<T>.Of(value))],
        };

    static OpenApiParameter Query(string name, string description, OpenApiSchema schema, bool explode = true) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema, Explode = explode, Style = ParameterStyle.Form };
}
