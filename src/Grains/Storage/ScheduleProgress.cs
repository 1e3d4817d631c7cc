using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Schedules;

namespace FlowRuns.Storage;

/// <summary>Moves a schedule on: outcomes that start no run, and how far all due times have one. A due time that has an outcome keeps it.</summary>
/// <remarks>Changes the row only while that has the same revision, and never backwards.</remarks>
sealed record ScheduleProgress(ScheduleRow Row) : JournalWrite
{
    // About what a row of the ledger and its place in an index take.
    const long RowSize = 400;

    public FlowId Flow => Row.Flow;

    public ImmutableArray<Occurrence> Outcomes { get; init; } = [];

    public override long Size => RowSize * Outcomes.Length;
}
