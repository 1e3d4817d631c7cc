using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>What came of one step of one run. Secrets in it are masked already.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.step-result")]
public sealed record StepResult
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required StepStatus Status { get; init; }

    /// <summary>All attempts and the rests between them; null for a step that has not ended or was never reached.</summary>
    [Id(2), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Duration { get; init; }

    /// <summary>The input with its expressions evaluated; null where there is none yet.</summary>
    [Id(3)]
    public JsonData? Input { get; init; }

    [Id(4)]
    public JsonData? Output { get; init; }

    [Id(5)]
    public string? Error { get; init; }

    [Id(6)]
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>null means one.</summary>
    [Id(7)]
    public int? Attempts { get; init; }
}
