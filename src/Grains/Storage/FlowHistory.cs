using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage;

/// <summary>A flow's past as its grain loads it.</summary>
/// <param name="Newest">The newest runs that have ended, newest first: of each status as many as were asked for, or all.</param>
/// <param name="Running">All running runs, newest first.</param>
sealed record FlowHistory(FlowStats Stats, ImmutableArray<RunSummary> Newest, ImmutableArray<RunSummary> Running)
{
    public static ImmutableArray<RunStatus> EndedStatuses { get; } = [.. Enum.GetValues<RunStatus>().Where(status => status != RunStatus.Running)];
}
