using System.Collections.Immutable;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Flows;

/// <summary>What a flow does: its trigger and its ordered steps. Defaults are filled in, so that it means the same for ever.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.flow-definition")]
public sealed record FlowDefinition
{
    /// <summary>1 to 200 characters.</summary>
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public string? Description { get; init; }

    [Id(2)]
    public required TriggerDefinition Trigger { get; init; }

    /// <summary>At most 100; empty is a flow that runs its trigger only.</summary>
    [Id(3)]
    public required ImmutableArray<StepDefinition> Steps { get; init; }

    /// <summary>Whether trigger and steps are equal; name and description do not make a version.</summary>
    public bool DoesTheSameAs(FlowDefinition other) => Trigger == other.Trigger && Steps.SequenceEqual(other.Steps);
}
