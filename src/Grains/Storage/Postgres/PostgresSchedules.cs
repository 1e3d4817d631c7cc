using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Schedules;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>Where schedules stand, and the ledger of their due times.</summary>
static class PostgresSchedules
{
    public static Task<int> PutAsync(NpgsqlConnection connection, ScheduleRow schedule, CancellationToken cancellationToken) => connection.ExecuteAsync(
        """
        insert into schedules as present (flow_id, shard, revision, handled_until, wake_time, waiting) values ($1, $2, $3, $4, $5, $6)
        on conflict (flow_id) do update set
          revision = excluded.revision, handled_until = greatest(present.handled_until, excluded.handled_until), wake_time = excluded.wake_time, waiting = excluded.waiting
        where present.revision <= excluded.revision
        """,
        [
            schedule.Flow,
            (short)IScheduleShardGrain.Of(schedule.Flow),
            schedule.Revision,
            schedule.HandledUntil.ToUnixTimeMilliseconds(),
            schedule.WakeTime?.ToUnixTimeMilliseconds(),
            schedule.Waiting?.ToUnixTimeMilliseconds(),
        ],
        cancellationToken);

    public static Task<int> DeleteAsync(NpgsqlConnection connection, FlowId flow, int revision, CancellationToken cancellationToken) =>
        connection.ExecuteAsync("delete from schedules where flow_id = $1 and revision <= $2", [flow, revision], cancellationToken);

    public static async Task<ScheduleRow?> FindAsync(NpgsqlConnection connection, FlowId flow, CancellationToken cancellationToken) => (await connection.ListAsync(
        $"select {StoredRows.ScheduleColumns} from schedules where flow_id = $1",
        row => row.GetSchedule(),
        [flow],
        cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    public static async Task<ImmutableArray<Alarm>> ListAlarmsAsync(NpgsqlConnection connection, int shard, DateTimeOffset before, Alarm? after, int limit, CancellationToken cancellationToken) =>
    [
        .. await connection.ListAsync(
            """
            select flow_id, wake_time from schedules
            where shard = $1 and wake_time < $2 and (wake_time, flow_id) > ($3, $4)
            order by wake_time, flow_id limit $5
            """,
            row => row.GetAlarm(),
            [(short)shard, before.ToUnixTimeMilliseconds(), after?.Time.ToUnixTimeMilliseconds() ?? long.MinValue, after?.Flow ?? default, limit],
            cancellationToken).ConfigureAwait(false),
    ];

    public static async Task<OccurrencePage> ListAsync(NpgsqlConnection connection, FlowId flow, OccurrenceQuery query, CancellationToken cancellationToken)
    {
        var range = DueRange.Of(query);
        var rows = await connection.ListAsync(
            $"{string.Join(" union all ", Sources(query))} order by 1 desc limit $4",
            row => row.GetOccurrence(),
            [flow, range.First, range.End, query.Limit + 1],
            cancellationToken).ConfigureAwait(false);
        return new OccurrencePage { Rows = [.. rows.Take(query.Limit)], HasMore = rows.Count > query.Limit };
    }

    /// <summary>A select per outcome, each cut at the limit by its own index range.</summary>
    static IEnumerable<string> Sources(OccurrenceQuery query)
    {
        IEnumerable<string> filters = query.Outcomes.IsDefaultOrEmpty ? [""] : query.Outcomes.Distinct().Order().Select(outcome => $" and outcome = {(int)outcome}");
        return filters.Select(filter =>
            $"select * from (select {StoredRows.OccurrenceColumns} from occurrences where flow_id = $1 and due_time >= $2 and due_time < $3{filter} order by due_time desc limit $4) as newest");
    }
}
