using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Triggers;

namespace FlowRuns.Schedules;

/// <summary>A flow's schedule and what it will do next.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.schedule-detail")]
public sealed record ScheduleDetail
{
    [Id(0)]
    public required FlowId FlowId { get; init; }

    [Id(1)]
    public required TriggerDefinition Trigger { get; init; }

    [Id(2)]
    public required FlowStatus Status { get; init; }

    /// <summary>null unless it is paused now.</summary>
    [Id(3)]
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>The next due times that are not in a pause; those that it would have when the flow is not enabled.</summary>
    [Id(4)]
    public required ImmutableArray<DateTimeOffset> Next { get; init; }
}
