namespace FlowRuns.Flows;

/// <summary>A flow with its current definition.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.flow-detail")]
public sealed record FlowDetail
{
    [Id(0)]
    public required FlowSummary Summary { get; init; }

    [Id(1)]
    public required FlowDefinition Definition { get; init; }
}
