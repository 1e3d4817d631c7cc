using System.Collections.Immutable;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Flows;

/// <summary>A partial update: what is null stays as it is.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.flow-change")]
public sealed record FlowChange
{
    [Id(0)]
    public string? Name { get; init; }

    [Id(1)]
    public string? Description { get; init; }

    [Id(2)]
    public TriggerDefinition? Trigger { get; init; }

    [Id(3)]
    public ImmutableArray<StepDefinition>? Steps { get; init; }
}
