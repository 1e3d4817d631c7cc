using FlowRuns.Flows;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Flows;

/// <summary>A flow as the API shows it. A row of the list has no trigger and no steps.</summary>
sealed record FlowDocument
{
    public required FlowId Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required FlowStatus Status { get; init; }

    public required TriggerType TriggerType { get; init; }

    public required long RunCount { get; init; }

    public required double SuccessRate { get; init; }

    public DateTimeOffset? LastRun { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    public required int Version { get; init; }

    public TriggerDefinition? Trigger { get; init; }

    public IReadOnlyList<StepDocument>? Steps { get; init; }

    public static FlowDocument Of(FlowSummary flow) => new()
    {
        Id = flow.Id,
        Name = flow.Name,
        Description = flow.Description,
        Status = flow.Status,
        TriggerType = flow.TriggerType,
        RunCount = flow.RunCount,
        SuccessRate = flow.SuccessRate,
        LastRun = flow.LastRun,
        Created = flow.Created,
        Updated = flow.Updated,
        Version = flow.Version,
    };

    public static FlowDocument Of(FlowDetail flow) => Of(flow.Summary) with
    {
        Trigger = flow.Definition.Trigger,
        Steps = [.. flow.Definition.Steps.Select(StepDocument.Of)],
    };
}
