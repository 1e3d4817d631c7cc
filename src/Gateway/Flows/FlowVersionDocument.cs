using FlowRuns.Flows;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Flows;

/// <summary>One version of a flow as the API shows it. A row of the list has no trigger and no steps.</summary>
sealed record FlowVersionDocument
{
    public required int Version { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required TriggerType TriggerType { get; init; }

    public TriggerDefinition? Trigger { get; init; }

    public IReadOnlyList<StepDocument>? Steps { get; init; }

    /// <summary>The version without its trigger and steps.</summary>
    public static FlowVersionDocument Row(FlowVersion version) => new()
    {
        Version = version.Version,
        Created = version.Created,
        Name = version.Definition.Name,
        Description = version.Definition.Description,
        TriggerType = version.Definition.Trigger.Type,
    };

    public static FlowVersionDocument Of(FlowVersion version) => Row(version) with
    {
        Trigger = version.Definition.Trigger,
        Steps = [.. version.Definition.Steps.Select(StepDocument.Of)],
    };
}
