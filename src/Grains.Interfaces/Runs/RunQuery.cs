using System.Collections.Immutable;
using FlowRuns.Triggers;

namespace FlowRuns.Runs;

/// <summary>Which runs of a flow, newest first. Filters are joined by and; null or empty filters nothing.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.run-query")]
public sealed record RunQuery
{
    /// <summary>1 to 100.</summary>
    [Id(0)]
    public required int Limit { get; init; }

    /// <summary>Only runs older than this one: the last row of the page before. It need not exist any more.</summary>
    [Id(1)]
    public RunId? Before { get; init; }

    [Id(2)]
    public ImmutableArray<RunStatus> Statuses { get; init; } = [];

    [Id(3)]
    public TriggerType? TriggerType { get; init; }

    /// <summary>Start time at or after this.</summary>
    [Id(4)]
    public DateTimeOffset? StartedAfter { get; init; }

    /// <summary>Start time before this.</summary>
    [Id(5)]
    public DateTimeOffset? StartedBefore { get; init; }

    public bool Asks(RunStatus status) => Statuses.IsDefaultOrEmpty || Statuses.Contains(status);

    public bool Matches(RunSummary run) =>
        (Before is not { } before || run.Id < before)
        && Asks(run.Status)
        && (TriggerType is not { } type || run.TriggerType == type)
        && (StartedAfter is not { } after || run.StartTime >= after)
        && (StartedBefore is not { } until || run.StartTime < until);
}
