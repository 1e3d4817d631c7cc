using System.Collections.Immutable;

namespace FlowRuns.Schedules;

/// <summary>Rows of a ledger, newest first. <see cref="HasMore"/> tells whether older ones match after the last row.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.occurrence-page")]
public sealed record OccurrencePage
{
    [Id(0)]
    public required ImmutableArray<Occurrence> Rows { get; init; }

    [Id(1)]
    public required bool HasMore { get; init; }
}
