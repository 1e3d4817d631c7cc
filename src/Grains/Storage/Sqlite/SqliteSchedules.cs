using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Schedules;

namespace FlowRuns.Storage.Sqlite;

/// <summary>Where schedules stand, and the ledger of their due times.</summary>
static class SqliteSchedules
{
    public static int Put(SqliteSession session, ScheduleRow schedule) => session.Execute(
        """
        insert into schedules (flow_id, shard, revision, handled_until, wake_time, waiting) values (@flow, @shard, @revision, @handled, @wake, @waiting)
        on conflict do update set
          revision = excluded.revision, handled_until = max(handled_until, excluded.handled_until), wake_time = excluded.wake_time, waiting = excluded.waiting
        where revision <= excluded.revision
        """,
        ("@flow", schedule.Flow),
        ("@shard", IScheduleShardGrain.Of(schedule.Flow)),
        ("@revision", schedule.Revision),
        ("@handled", schedule.HandledUntil),
        ("@wake", schedule.WakeTime),
        ("@waiting", schedule.Waiting));

    public static int Delete(SqliteSession session, FlowId flow, int revision) =>
        session.Execute("delete from schedules where flow_id = @flow and revision <= @revision", ("@flow", flow), ("@revision", revision));

    public static ScheduleRow? Find(SqliteSession session, FlowId flow) =>
        session.Find($"select {StoredRows.ScheduleColumns} from schedules where flow_id = @flow", StoredRows.GetSchedule, ("@flow", flow));

    public static ImmutableArray<Alarm> ListAlarms(SqliteSession session, int shard, DateTimeOffset before, Alarm? after, int limit) =>
    [
        .. session.List(
            """
            select flow_id, wake_time from schedules
            where shard = @shard and wake_time < @before and (wake_time, flow_id) > (@afterTime, @afterFlow)
            order by wake_time, flow_id limit @limit
            """,
            StoredRows.GetAlarm,
            ("@shard", shard),
            ("@before", before),
            ("@afterTime", after?.Time ?? DateTimeOffset.MinValue),
            ("@afterFlow", after?.Flow ?? default),
            ("@limit", limit)),
    ];

    public static OccurrencePage List(SqliteSession session, FlowId flow, OccurrenceQuery query)
    {
        // An outcome each, every one cut at the limit by its own index range.
        List<OccurrenceOutcome?> outcomes = query.Outcomes.IsDefaultOrEmpty ? [null] : [.. query.Outcomes.Distinct()];
        var rows = outcomes
            .SelectMany(outcome => ListNewest(session, flow, DueRange.Of(query), outcome, query.Limit + 1))
            .OrderByDescending(occurrence => occurrence.DueTime)
            .Take(query.Limit + 1)
            .ToList();
        return new OccurrencePage { Rows = [.. rows.Take(query.Limit)], HasMore = rows.Count > query.Limit };
    }

    static List<Occurrence> ListNewest(SqliteSession session, FlowId flow, DueRange range, OccurrenceOutcome? outcome, int limit)
    {
        ReadOnlySpan<(string, object?)> parameters = [("@flow", flow), ("@first", range.First), ("@end", range.End), ("@limit", limit), ("@outcome", outcome)];
        const string OfFlow = "flow_id = @flow and due_time >= @first and due_time < @end";
        const string NewestFirst = "order by due_time desc limit @limit";
        return outcome is null
            ? session.List($"select {StoredRows.OccurrenceColumns} from occurrences where {OfFlow} {NewestFirst}", StoredRows.GetOccurrence, parameters[..4])
            : session.List(
                $"select {StoredRows.OccurrenceColumns} from occurrences indexed by occurrences_by_outcome where {OfFlow} and outcome = @outcome {NewestFirst}",
                StoredRows.GetOccurrence,
                parameters);
    }

    public static void Advance(SqliteSession session, ScheduleProgress progress)
    {
        foreach (var outcome in progress.Outcomes)
            Add(session, progress.Flow, outcome);
        session.Execute(
            """
            update schedules set handled_until = @handled, wake_time = @wake, waiting = @waiting
            where flow_id = @flow and revision = @revision and handled_until <= @handled
            """,
            ("@handled", progress.Row.HandledUntil),
            ("@wake", progress.Row.WakeTime),
            ("@waiting", progress.Row.Waiting),
            ("@flow", progress.Flow),
            ("@revision", progress.Row.Revision));
    }

    public static void Add(SqliteSession session, FlowId flow, Occurrence occurrence) => session.Execute(
        """
        insert into occurrences (flow_id, due_time, outcome, run_id, reason, until_time, due_count)
        values (@flow, @due, @outcome, @run, @reason, @until, @count)
        on conflict do nothing
        """,
        ("@flow", flow),
        ("@due", occurrence.DueTime),
        ("@outcome", occurrence.Outcome),
        ("@run", occurrence.RunId),
        ("@reason", occurrence.Reason),
        ("@until", occurrence.Until),
        ("@count", occurrence.Count));
}
