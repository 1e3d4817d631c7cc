using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Schedules;

namespace FlowRuns.Storage;

/// <summary>Moves a schedule on: outcomes that start no run, and how far all due times have one. A due time that has an outcome keeps it.</summary>
/// <remarks>Changes the row only while that has the same revision, and never backwards.</remarks>
sealed record ScheduleProgress(ScheduleRow Row) : JournalWrite
{
    public FlowId Flow => Row.Flow;

    public ImmutableArray<Occurrence> Outcomes { get; init; } = [];
}
