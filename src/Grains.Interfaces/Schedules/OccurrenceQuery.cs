using System.Collections.Immutable;

namespace FlowRuns.Schedules;

/// <summary>Which rows of a ledger, newest first. Filters are joined by and; null or empty filters nothing.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.occurrence-query")]
public sealed record OccurrenceQuery
{
    /// <summary>1 to 100.</summary>
    [Id(0)]
    public required int Limit { get; init; }

    /// <summary>Only due times before this one: that of the last row of the page before.</summary>
    [Id(1)]
    public DateTimeOffset? Before { get; init; }

    [Id(2)]
    public ImmutableArray<OccurrenceOutcome> Outcomes { get; init; } = [];

    /// <summary>Due at or after this.</summary>
    [Id(3)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Due before this.</summary>
    [Id(4)]
    public DateTimeOffset? To { get; init; }
}
