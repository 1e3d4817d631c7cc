using System.Collections.Immutable;

namespace FlowRuns.Flows;

/// <summary>Flows newest first. <see cref="HasMore"/> tells whether there are older ones after the last row.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.flow-page")]
public sealed record FlowPage
{
    [Id(0)]
    public required ImmutableArray<FlowSummary> Rows { get; init; }

    [Id(1)]
    public required bool HasMore { get; init; }
}
