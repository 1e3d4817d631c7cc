namespace FlowRuns.Flows;

/// <summary>One immutable version of a flow's definition; versions count from 1 without gaps.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.flow-version")]
public sealed record FlowVersion
{
    [Id(0)]
    public required int Version { get; init; }

    [Id(1)]
    public required DateTimeOffset Created { get; init; }

    [Id(2)]
    public required FlowDefinition Definition { get; init; }
}
