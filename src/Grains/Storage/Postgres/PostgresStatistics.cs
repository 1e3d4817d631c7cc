using System.Collections.Immutable;
using FlowRuns.Flows;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>The figures of flows: of all time, and per hour.</summary>
static class PostgresStatistics
{
    /// <summary>What <see cref="StoredRows.GetStats"/> reads.</summary>
    public const string Columns = "total, succeeded, failed, canceled, duration, nullif(last_run, 0), durations::text";

    /// <summary>Added to a batch last, so that these rows, which all runs of a flow share, are locked for the commit only.</summary>
    public static void Add(NpgsqlBatch batch, StatsDelta delta)
    {
        var (hours, flows) = (delta.Hours, delta.Flows);
        if (flows.Count == 0)
            return;

        Add(batch, "flow_stats_hourly", "flow_id, hour", [.. hours.Select(hour => hour.Flow)], [.. hours.Select(hour => hour.Hour.ToUnixTimeMilliseconds())], [.. hours.Select(hour => hour.Added)]);
        Add(batch, "flow_stats", "flow_id", [.. flows.Select(flow => flow.Flow)], null, [.. flows.Select(flow => flow.Added)]);
    }

    public static async Task<ImmutableArray<FlowStats>> ListHoursAsync(NpgsqlConnection connection, FlowId flow, StatsWindow window, CancellationToken cancellationToken) =>
    [
        .. await connection.ListAsync(
            $"select {Columns}, hour from flow_stats_hourly where flow_id = $1 and hour >= $2 and hour < $3 order by hour",
            row => row.GetHour(),
            [flow, (window.From ?? DateTimeOffset.MinValue).ToUnixTimeMilliseconds(), (window.To ?? DateTimeOffset.MaxValue).ToUnixTimeMilliseconds()],
            cancellationToken).ConfigureAwait(false),
    ];

    public static async Task<FlowStats> RecountAsync(NpgsqlConnection connection, FlowId flow, CancellationToken cancellationToken) => FlowStats.Of(await connection.ListAsync(
        $"""
        select {PostgresRows.RunningColumns} from running_runs where flow_id = $1
        union all
        select {PostgresRows.FinishedColumns} from runs where flow_id = $1
        """,
        row => row.GetSummary(),
        [flow],
        cancellationToken).ConfigureAwait(false));

    static void Add(NpgsqlBatch batch, string table, string key, FlowId[] flows, long[]? hours, FlowStats[] added) => batch.Add(
        $"""
        insert into {table} as held ({key}, total, succeeded, failed, canceled, duration, last_run, durations)
        select {key}, total, succeeded, failed, canceled, duration, last_run, durations::bigint[]
        from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[])
          as added (flow_id, hour, total, succeeded, failed, canceled, duration, last_run, durations)
        on conflict ({key}) do update set
          total = held.total + excluded.total, succeeded = held.succeeded + excluded.succeeded, failed = held.failed + excluded.failed,
          canceled = held.canceled + excluded.canceled, duration = held.duration + excluded.duration, last_run = greatest(held.last_run, excluded.last_run),
          durations = add_counts(held.durations, excluded.durations)
        """,
        flows.Select(flow => flow.Value).ToArray(),
        hours,
        added.Select(stats => stats.TotalRuns).ToArray(),
        added.Select(stats => stats.Succeeded).ToArray(),
        added.Select(stats => stats.Failed).ToArray(),
        added.Select(stats => stats.Canceled).ToArray(),
        added.Select(stats => (long)stats.TotalDuration.TotalMilliseconds).ToArray(),
        added.Select(stats => stats.LastRun?.ToUnixTimeMilliseconds() ?? 0).ToArray(),
        added.Select(stats => StoredSketch.Write(stats.Durations)).ToArray());
}
