using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowRuns.Failover.Checker;

/// <summary>A run as the API shows it: a row of the list, without steps, or a detail.</summary>
sealed record Run
{
    public required string Id { get; init; }

    public required string FlowId { get; init; }

    public required string Status { get; init; }

    public long? Duration { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public DateTimeOffset? FinishTime { get; init; }

    public required int StepsCount { get; init; }

    public required int StepsSucceeded { get; init; }

    public RunError? Error { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>What the trigger handed over, in a detail.</summary>
    public JsonElement Trigger { get; init; }

    /// <summary>Of a run that a schedule started.</summary>
    [JsonIgnore]
    public DateTimeOffset? DueTime => Trigger.ValueKind == JsonValueKind.Object && Trigger.TryGetProperty("scheduledTime", out var time) ? time.GetDateTimeOffset() : null;

    public ImmutableArray<Step> Steps { get; init; } = [];

    [JsonIgnore]
    public JsonElement Raw { get; private init; }

    [JsonIgnore]
    public bool IsFinished => Status != "RUNNING";

    public static Run Parse(JsonElement raw) => raw.Deserialize<Run>(JsonLines.Options)! with { Raw = raw };
}

sealed record RunError(string Step, string Message);

sealed record Step
{
    public required string Name { get; init; }

    public required string Status { get; init; }
}
