using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>A step type as the catalog shows it.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.piece")]
public sealed record Piece
{
    [Id(0)]
    public required string Type { get; init; }

    [Id(1)]
    public required string Description { get; init; }

    /// <summary>The kinds of connection of which the step needs one; empty when it needs none.</summary>
    [Id(2)]
    public required System.Collections.Immutable.ImmutableArray<string> Connections { get; init; }

    /// <summary>JSON schema of the step's <c>input</c>.</summary>
    [Id(3)]
    public required JsonData InputSchema { get; init; }

    [Id(4)]
    public required JsonData OutputSchema { get; init; }
}
