using System.Collections.Immutable;

namespace FlowRuns.Runs;

/// <summary>Runs newest first. <see cref="HasMore"/> tells whether older ones match after the last row.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.run-page")]
public sealed record RunPage
{
    [Id(0)]
    public required ImmutableArray<RunSummary> Rows { get; init; }

    [Id(1)]
    public required bool HasMore { get; init; }
}
