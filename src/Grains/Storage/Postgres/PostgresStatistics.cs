using System.Collections.Immutable;
using System.Data;
using FlowRuns.Flows;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>The figures of flows: of all time, and per hour.</summary>
static class PostgresStatistics
{
    /// <summary>What <see cref="StoredRows.GetStats"/> reads.</summary>
    public const string Columns = "succeeded, failed, canceled, duration, last_run, durations::text";

    /// <summary>Added to a batch last, so that these rows, which all runs of a flow share, are locked for the commit only.</summary>
    public static void Add(NpgsqlBatch batch, StatsDelta delta)
    {
        var (hours, flows) = (delta.Hours, delta.Flows);
        if (flows.Count == 0)
            return;

        Add(batch, "flow_stats_hourly", "flow_id, hour", Added(hours, hour => hour.Added).With("flow_id", hour => hour.Flow.Value).With("hour", hour => hour.Hour.ToUnixTimeMilliseconds()));
        Add(batch, "flow_stats", "flow_id", Added(flows, flow => flow.Added).With("flow_id", flow => flow.Flow.Value));
    }

    public static async Task<ImmutableArray<FlowStats>> ListHoursAsync(NpgsqlConnection connection, FlowId flow, StatsWindow window, CancellationToken cancellationToken)
    {
        var range = RunIdRange.Of(window);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var batch = connection.CreateBatch()
            .Add(
                $"select {Columns}, hour from flow_stats_hourly where flow_id = $1 and hour >= $2 and hour < $3",
                flow,
                (window.From ?? DateTimeOffset.MinValue).ToUnixTimeMilliseconds(),
                (window.To ?? DateTimeOffset.MaxValue).ToUnixTimeMilliseconds())
            .Add("select id from running_runs where flow_id = $1 and id >= $2 and id < $3", flow, range.First, range.End);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var finished = await reader.ReadAllAsync(row => row.GetHour(), cancellationToken).ConfigureAwait(false);
        var running = await reader.ReadAllAsync(row => row.GetRunId(0), cancellationToken).ConfigureAwait(false);
        return StatsHours.WithRunning(finished, running);
    }

    public static async Task<FlowStats> RecountAsync(NpgsqlConnection connection, FlowId flow, CancellationToken cancellationToken) => FlowStats.Of(await connection.ListAsync(
        $"""
        select {PostgresRows.RunningColumns} from running_runs where flow_id = $1
        union all
        select {PostgresRows.FinishedColumns} from runs where flow_id = $1
        """,
        row => row.GetSummary(),
        [flow],
        cancellationToken).ConfigureAwait(false));

    static RowSet<T> Added<T>(IReadOnlyList<T> rows, Func<T, FlowStats> added) => new RowSet<T>(rows)
        .With("succeeded", row => added(row).Succeeded)
        .With("failed", row => added(row).Failed)
        .With("canceled", row => added(row).Canceled)
        .With("duration", row => (long)added(row).TotalDuration.TotalMilliseconds)
        .With("last_run", row => added(row).LastRun!.Value.ToUnixTimeMilliseconds())
        .With("durations", row => StoredSketch.Write(added(row).Durations));

    static void Add<T>(NpgsqlBatch batch, string table, string key, RowSet<T> rows) => batch.Add(
        $"""
        insert into {table} as held ({key}, succeeded, failed, canceled, duration, last_run, durations)
        select {key}, succeeded, failed, canceled, duration, last_run, durations::bigint[] from {rows.As("added")}
        on conflict ({key}) do update set
          succeeded = held.succeeded + excluded.succeeded, failed = held.failed + excluded.failed,
          canceled = held.canceled + excluded.canceled, duration = held.duration + excluded.duration, last_run = greatest(held.last_run, excluded.last_run),
          durations = add_counts(held.durations, excluded.durations)
        """,
        rows);
}
