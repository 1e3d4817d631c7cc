using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Storage.Sqlite;

/// <summary>What grains ask about runs. Each method sees one state of the file: its caller holds a transaction open.</summary>
static class SqliteRunReads
{
    /// <summary>What <see cref="StoredRows.GetSummary"/> reads.</summary>
    public const string SummaryColumns = "runs.id, runs.flow_id, status, trigger_type, finish_time, steps_count, steps_succeeded, error_step, error_message";

    // Named, because SQLite's planner takes the shorter index for a status too, and then walks a long history to find a rare one.
    const string ByFlow = "runs indexed by runs_by_flow";
    const string ByStatus = "runs indexed by runs_by_status";
    const string OfFlow = "flow_id = @flow and id >= @first and id < @end";
    const string NewestFirst = "order by id desc limit @limit";

    public static RunPage List(SqliteSession session, FlowId flow, RunQuery query)
    {
        // A status each, every one cut at the limit by its own index range: SQLite's planner does not merge them well by itself.
        List<RunStatus?> statuses = query.Statuses.IsDefaultOrEmpty ? [null] : [.. query.Statuses.Distinct()];
        var rows = statuses
            .SelectMany(status => ListNewest(session, flow, RunIdRange.Of(query), status, query.TriggerType, query.Limit + 1))
            .OrderByDescending(run => run.Id)
            .Take(query.Limit + 1)
            .ToList();
        return new RunPage { Rows = [.. rows.Take(query.Limit)], HasMore = rows.Count > query.Limit };
    }

    static List<RunSummary> ListNewest(SqliteSession session, FlowId flow, RunIdRange range, RunStatus? status, TriggerType? trigger, int limit)
    {
        ReadOnlySpan<(string, object?)> parameters =
        [
            ("@flow", flow), ("@first", range.First), ("@end", range.End), ("@limit", limit), ("@status", status), ("@trigger", trigger),
        ];
        return (status, trigger) switch
        {
            (null, null) => session.List($"select {SummaryColumns} from {ByFlow} where {OfFlow} {NewestFirst}", StoredRows.GetSummary, parameters[..4]),
            (_, null) => session.List($"select {SummaryColumns} from {ByStatus} where {OfFlow} and status = @status {NewestFirst}", StoredRows.GetSummary, parameters[..5]),
            // The inner select stays within the index: rows that another trigger started are passed over there, not looked up.
            (null, _) => session.List(
                $"""
                select {SummaryColumns} from runs
                where id in (select id from {ByFlow} where {OfFlow} and trigger_type = @trigger {NewestFirst})
                """,
                StoredRows.GetSummary,
                [.. parameters[..4], parameters[5]]),
            _ => session.List(
                $"""
                select {SummaryColumns} from runs
                where id in (select id from {ByStatus} where {OfFlow} and status = @status and trigger_type = @trigger {NewestFirst})
                """,
                StoredRows.GetSummary,
                parameters),
        };
    }

    public static RunDetail? Find(SqliteSession session, FlowId flow, RunId run)
    {
        var detail = session.Find(
            $"""
            select {SummaryColumns}, flow_version, trigger_output, due_time, steps, retry_of, retried_by, idempotency_key
            from runs join run_data on run_id = id
            where id = @run and flow_id = @flow
            """,
            row =>
            {
                var summary = row.GetSummary();
                const int Data = StoredRows.SummaryWidth;
                return new RunDetail
                {
                    Summary = summary,
                    FlowVersion = row.GetInt32(Data),
                    Trigger = new Trigger { Type = summary.TriggerType, Output = row.GetJson(Data + 1), DueTime = row.FindTime(Data + 2) },
                    Steps = StoredSteps.Read(row.Find<byte[]>(Data + 3)),
                    RetryOf = row.FindRunId(Data + 4),
                    RetriedBy = row.FindRunId(Data + 5),
                    IdempotencyKey = row.Find<string>(Data + 6),
                };
            },
            ("@run", run),
            ("@flow", flow));
        return detail is { Summary.Status: RunStatus.Running } ? detail with { Steps = ListCheckpoints(session, run) } : detail;
    }

    public static StoredProgress? FindProgress(SqliteSession session, RunId run)
    {
        var progress = session.Find(
            """
            select flow_id, project_id, flow_version, trigger_type, trigger_output, due_time, attempt, owner, interruptions, attempts_begun, retry_of, idempotency_key, trace_parent
            from runs join run_data on run_id = id
            where id = @run and status = 0
            """,
            row => new StoredProgress
            {
                Run = run,
                Flow = row.GetFlowId(0),
                Project = row.GetProjectId(1),
                FlowVersion = row.GetInt32(2),
                Trigger = new Trigger { Type = (TriggerType)row.GetInt32(3), Output = row.GetJson(4), DueTime = row.FindTime(5) },
                Attempt = row.GetInt32(6),
                Owner = row.GetString(7),
                Interruptions = row.GetInt32(8),
                AttemptsBegun = row.FindInt32(9),
                RetryOf = row.FindRunId(10),
                IdempotencyKey = row.Find<string>(11),
                TraceParent = row.Find<string>(12),
                Done = [],
            },
            ("@run", run));
        return progress is null ? null : progress with { Done = ListCheckpoints(session, run) };
    }

    public static FlowHistory LoadHistory(SqliteSession session, FlowId flow, int newest)
    {
        var ended = FlowHistory.EndedStatuses.SelectMany(status => ListNewest(session, flow, RunIdRange.All, status, trigger: null, newest)).OrderByDescending(run => run.Id);
        var running = session.List(
            $"select {SummaryColumns} from {ByStatus} where flow_id = @flow and status = 0 order by id desc",
            StoredRows.GetSummary,
            ("@flow", flow));
        return new FlowHistory(SqliteStatistics.Load(session, flow).WithRunning(running), [.. ended], [.. running]);
    }

    static ImmutableArray<StepResult> ListCheckpoints(SqliteSession session, RunId run) =>
    [
        .. session.List("select results from run_checkpoints where run_id = @run order by position", row => StoredSteps.Read(row.Find<byte[]>(0)), ("@run", run)).SelectMany(steps => steps),
    ];
}
