using FlowRuns.Triggers;

namespace FlowRuns.Flows;

/// <summary>A row of the flow list.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.flow-summary")]
public sealed record FlowSummary
{
    [Id(0)]
    public required FlowId Id { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    [Id(2)]
    public string? Description { get; init; }

    [Id(3)]
    public required FlowStatus Status { get; init; }

    [Id(4)]
    public required TriggerType TriggerType { get; init; }

    [Id(5)]
    public required long RunCount { get; init; }

    /// <summary>As <see cref="FlowStats.SuccessRate"/>.</summary>
    [Id(6)]
    public required double SuccessRate { get; init; }

    [Id(7)]
    public DateTimeOffset? LastRun { get; init; }

    [Id(8)]
    public required DateTimeOffset Created { get; init; }

    [Id(9)]
    public required DateTimeOffset Updated { get; init; }

    [Id(10)]
    public required int Version { get; init; }
}
