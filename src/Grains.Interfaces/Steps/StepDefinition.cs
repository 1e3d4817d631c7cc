using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>One step of a flow, as its author wrote it.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.step-definition")]
public sealed record StepDefinition
{
    /// <summary>How expressions name the step: a letter or <c>_</c>, then letters, digits and <c>_</c>; unique in the flow.</summary>
    [Id(0)]
    public required string Key { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    /// <summary>A type from the catalog, such as <c>sql.query</c>.</summary>
    [Id(2)]
    public required string Type { get; init; }

    /// <summary>The name of the project's connection that the step uses; null where its type needs none.</summary>
    [Id(3)]
    public string? Connection { get; init; }

    /// <summary>An object whose strings may hold expressions.</summary>
    [Id(4)]
    public JsonData Input { get; init; } = JsonData.EmptyObject;

    /// <summary>null means a single attempt.</summary>
    [Id(5)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>How long one attempt may take, 1 ms to 24 h; null means the engine's default. Steps without effects end by themselves and have none.</summary>
    [Id(6), JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan? Timeout { get; init; }

    [Id(7)]
    public CrashPolicy? OnCrash { get; init; }
}
