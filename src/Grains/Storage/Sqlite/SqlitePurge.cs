using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage.Sqlite;

/// <summary>Removes history in slices, so that nobody waits long behind one.</summary>
static class SqlitePurge
{
    /// <summary>Returns how many rows it removed: fewer than the limit when no more can go at the moment.</summary>
    public static int PurgeFlow(SqliteSession session, FlowId flow, int limit)
    {
        var finished = session.List(
            "select id from runs where flow_id = @flow and status <> 0 order by id limit @limit",
            row => row.GetRunId(0),
            ("@flow", flow),
            ("@limit", limit));
        foreach (var run in finished)
            Remove(session, run);

        var removed = finished.Count
            + session.Execute("delete from occurrences where flow_id = @flow and due_time in (select due_time from occurrences where flow_id = @flow limit @limit)", ("@flow", flow), ("@limit", limit))
            + session.Execute("delete from idempotency_keys where flow_id = @flow and key in (select key from idempotency_keys where flow_id = @flow limit @limit)", ("@flow", flow), ("@limit", limit));
        if (removed >= limit || session.Find("select 1 from runs where flow_id = @flow limit 1", _ => true, ("@flow", flow)))
            return removed;

        removed += session.Execute(
            "delete from flow_stats_hourly where flow_id = @flow and hour in (select hour from flow_stats_hourly where flow_id = @flow limit @limit)",
            ("@flow", flow),
            ("@limit", limit));
        if (removed >= limit)
            return removed;

        session.Execute("delete from schedules where flow_id = @flow", ("@flow", flow));
        session.Execute("delete from flow_stats where flow_id = @flow", ("@flow", flow));
        session.Execute("delete from flows where id = @flow", ("@flow", flow));
        return removed;
    }

    /// <summary>Returns how many runs it removed.</summary>
    public static int PurgeRuns(SqliteSession session, RunId before, int limit)
    {
        var finished = session.List(
            "select id from runs where id < @before and status <> 0 order by id limit @limit",
            row => row.GetRunId(0),
            ("@before", before),
            ("@limit", limit));
        foreach (var run in finished)
            Remove(session, run);

        return finished.Count;
    }

    /// <summary>Returns how many due times it removed.</summary>
    public static int PurgeOccurrences(SqliteSession session, DateTimeOffset before, int limit) => session.Execute(
        "delete from occurrences where (flow_id, due_time) in (select flow_id, due_time from occurrences where due_time < @before limit @limit)",
        ("@before", before),
        ("@limit", limit));

    /// <summary>Returns how many keys it removed.</summary>
    public static int PurgeKeys(SqliteSession session, RunId before, int limit) => session.Execute(
        "delete from idempotency_keys where (flow_id, key) in (select flow_id, key from idempotency_keys where run_id < @before limit @limit)",
        ("@before", before),
        ("@limit", limit));

    static void Remove(SqliteSession session, RunId run)
    {
        session.Execute("delete from runs where id = @run", ("@run", run));
        session.Execute("delete from run_data where run_id = @run", ("@run", run));
    }
}
