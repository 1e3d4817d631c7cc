using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Triggers;

namespace FlowRuns.Webhooks;

/// <summary>A flow's webhook: what its current version says, and the flow's switches.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.webhook-settings")]
public sealed record WebhookSettings
{
    [Id(0)]
    public required FlowId FlowId { get; init; }

    [Id(1)]
    public required ProjectId Project { get; init; }

    [Id(2)]
    public required string FlowName { get; init; }

    [Id(3)]
    public required int FlowVersion { get; init; }

    [Id(4)]
    public required bool Enabled { get; init; }

    [Id(5)]
    public required TriggerDefinition Trigger { get; init; }

    /// <summary>Networks as CIDR from which deliveries are taken; empty takes them from everywhere.</summary>
    [Id(6)]
    public required ImmutableArray<string> AllowedIPs { get; init; }
}
