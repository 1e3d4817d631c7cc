using System.Text.Json.Serialization;
using FlowRuns.Json;
using FlowRuns.Steps;

namespace FlowRuns.Gateway.Flows;

/// <summary>A step as the API shows it: what is at its default is left out, except the key.</summary>
sealed record StepDocument
{
    public required string Name { get; init; }

    public required string Key { get; init; }

    public required string Type { get; init; }

    public string? Connection { get; init; }

    public JsonData? Input { get; init; }

    public RetryPolicy? Retry { get; init; }

    [JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan? Timeout { get; init; }

    public CrashPolicy? OnCrash { get; init; }

    public static StepDocument Of(StepDefinition step) => new()
    {
        Name = step.Name,
        Key = step.Key,
        Type = step.Type,
        Connection = step.Connection,
        Input = step.Input.Utf8.Span.SequenceEqual(JsonData.EmptyObject.Utf8.Span) ? null : step.Input,
        Retry = step.Retry,
        Timeout = step.Timeout,
        OnCrash = step.OnCrash,
    };
}
