using System.Collections.Immutable;
using FlowRuns.Projects;
using FlowRuns.Schedules;

namespace FlowRuns.Flows;

/// <summary>What a flow's grain persists: its definition with all versions, and its switches. Its runs are the run store's.</summary>
[GenerateSerializer, Alias("flowruns.flow-state")]
sealed class FlowState
{
    [Id(0)]
    public ProjectId Project { get; set; }

    [Id(1)]
    public string Name { get; set; } = "";

    [Id(2)]
    public string? Description { get; set; }

    [Id(3)]
    public FlowStatus Status { get; set; }

    [Id(4)]
    public DateTimeOffset Created { get; set; }

    [Id(5)]
    public DateTimeOffset Updated { get; set; }

    /// <summary>The flow is gone for callers; the row stays until its history is removed.</summary>
    [Id(6)]
    public bool Deleted { get; set; }

    /// <summary>Oldest first; version n is at n - 1.</summary>
    [Id(7)]
    public ImmutableArray<FlowVersion> Versions { get; set; } = [];

    /// <summary>Raised with every change that moves due times.</summary>
    [Id(8)]
    public int ScheduleRevision { get; set; }

    /// <summary>When the schedule was enabled, or changed while it was: due times come after this.</summary>
    [Id(9)]
    public DateTimeOffset ScheduledSince { get; set; }

    /// <summary>The newest pause; it may be over.</summary>
    [Id(10)]
    public Pause? Pause { get; set; }

    /// <summary>Networks as CIDR from which the webhook takes deliveries; empty takes them from everywhere.</summary>
    [Id(11)]
    public ImmutableArray<string> WebhookAllowedIPs { get; set; } = [];
}
