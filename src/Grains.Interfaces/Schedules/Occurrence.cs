using System.Text.Json.Serialization;
using FlowRuns.Json;
using FlowRuns.Runs;

namespace FlowRuns.Schedules;

/// <summary>A row of a schedule's ledger: a due time and what became of it.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.occurrence")]
public sealed record Occurrence
{
    [Id(0)]
    public required DateTimeOffset DueTime { get; init; }

    [Id(1)]
    public required OccurrenceOutcome Outcome { get; init; }

    /// <summary>null when no run was started.</summary>
    [Id(2)]
    public RunId? RunId { get; init; }

    /// <summary>How long after the due time its run started, jitter included.</summary>
    [JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Lateness => RunId?.StartTime - DueTime;

    /// <summary>null unless missed.</summary>
    [Id(3)]
    public MissedReason? Reason { get; init; }

    /// <summary>The last due time of several that share the row; null when it stands for one.</summary>
    [Id(4)]
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many due times share the row, the first and the last counted; null when it stands for one.</summary>
    [Id(5)]
    public int? Count { get; init; }

    /// <summary>Whether it is one of those that start a run.</summary>
    [JsonIgnore]
    public bool Starts => Outcome is OccurrenceOutcome.Fired or OccurrenceOutcome.CaughtUp;
}
