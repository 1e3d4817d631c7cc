using FlowRuns.Flows;
using FlowRuns.Runs;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>Removes history in slices, so that nobody waits long behind one.</summary>
/// <remarks>
/// Written so that the planner takes a slice for small, and does not read the whole to find it: the limit is part of the text, as one that comes with each use counts as a tenth
/// of the table; and each slice is the beginning of an index. Of ids that are looked up in all weeks an array is made, since a join would read the weeks.
/// </remarks>
static class PostgresPurge
{
    /// <summary>Returns how many rows it removed: fewer than the limit when no more can go at the moment.</summary>
    public static async Task<int> PurgeFlowAsync(NpgsqlConnection connection, FlowId flow, int limit, CancellationToken cancellationToken)
    {
        await using var slice = connection.CreateBatch()
            .Add(
                $"""
                with gone as (delete from runs where id = any(array(select id from runs where flow_id = $1 order by id limit {limit})) returning id),
                data as (delete from run_data where run_id = any(array(select id from gone)))
                select count(*)::integer from gone
                """,
                flow)
            .Add($"with gone as (delete from occurrences where flow_id = $1 and due_time = any(array(select due_time from occurrences where flow_id = $1 order by due_time limit {limit})) returning 1) select count(*)::integer from gone", flow)
            .Add($"with gone as (delete from idempotency_keys where flow_id = $1 and key = any(array(select key from idempotency_keys where flow_id = $1 order by key limit {limit})) returning 1) select count(*)::integer from gone", flow);
        var removed = 0;
        await using (var reader = await slice.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var i = 0; i < slice.BatchCommands.Count; i++)
                removed += (await reader.ReadAllAsync(row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
        }

        if (removed >= limit)
            return removed;

        const string NothingLeft = "not exists (select 1 from running_runs where flow_id = $1) and not exists (select 1 from runs where flow_id = $1)";
        removed += await connection.ExecuteAsync(
            $"delete from flow_stats_hourly where flow_id = $1 and hour = any(array(select hour from flow_stats_hourly where flow_id = $1 order by hour limit {limit})) and {NothingLeft}",
            [flow],
            cancellationToken).ConfigureAwait(false);
        if (removed >= limit)
            return removed;

        await using var rest = connection.CreateBatch()
            .Add($"delete from schedules where flow_id = $1 and {NothingLeft}", flow)
            .Add($"delete from flow_stats where flow_id = $1 and {NothingLeft}", flow)
            .Add($"delete from flows where id = $1 and {NothingLeft}", flow);
        await rest.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return removed;
    }

    /// <summary>Removes runs of times that have no partition; the others go with theirs. Returns how many runs it removed.</summary>
    public static async Task<int> PurgeRunsAsync(NpgsqlConnection connection, RunId before, int limit, CancellationToken cancellationToken) => (await connection.ListAsync(
        $"""
        with gone as (delete from runs_default where id = any(array(select id from runs_default where id < $1 order by id limit {limit})) returning id),
        data as (delete from run_data_default where run_id = any(array(select id from gone)))
        select id from gone
        """,
        row => row.GetRunId(0),
        [before],
        cancellationToken).ConfigureAwait(false)).Count;

    /// <summary>Removes due times, except of runs that are under way; returns how many.</summary>
    public static Task<int> PurgeOccurrencesAsync(NpgsqlConnection connection, DateTimeOffset before, int limit, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"""
        delete from occurrences where (flow_id, due_time) in (
          select flow_id, due_time from occurrences o where due_time < $1 and not exists (select 1 from running_runs r where r.id = o.run_id) order by due_time limit {limit})
        """,
        [before.ToUnixTimeMilliseconds()],
        cancellationToken);

    /// <summary>Returns how many keys it removed.</summary>
    public static Task<int> PurgeKeysAsync(NpgsqlConnection connection, RunId before, int limit, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"delete from idempotency_keys where (flow_id, key) in (select flow_id, key from idempotency_keys where run_id < $1 order by run_id limit {limit})",
        [before],
        cancellationToken);
}
