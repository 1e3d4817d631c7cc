using System.Collections.Concurrent;
using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Storage.Sqlite;

/// <summary>What grains ask about runs. Each method sees one state of the file: its caller holds a transaction open.</summary>
static class SqliteRunReads
{
    static readonly ConcurrentDictionary<(int Statuses, bool ByTrigger), string> ListTexts = [];

    public static RunPage List(SqliteSession session, FlowId flow, RunQuery query)
    {
        var range = RunIdRange.Of(query);
        List<(string, object?)> parameters =
        [
            ("@flow", flow), ("@first", range.First), ("@end", range.End), ("@limit", query.Limit + 1),
        ];
        if (query.TriggerType is { } trigger)
            parameters.Add(("@trigger", trigger));
        ImmutableArray<RunStatus> statuses = query.Statuses.IsDefault ? [] : [.. query.Statuses.Distinct()];
        parameters.AddRange(statuses.Select((status, i) => ($"@status{i}", (object?)status)));

        var text = ListTexts.GetOrAdd((statuses.Length, query.TriggerType is not null), static shape => ListText(shape.Statuses, shape.ByTrigger));
        var rows = session.List(text, row => row.GetSummary(), [.. parameters]);
        return new RunPage { Rows = [.. rows.Take(query.Limit)], HasMore = rows.Count > query.Limit };
    }

    /// <summary>One index range per status, each cut at the limit, merged: a filter on several statuses reads no more than a page of each.</summary>
    public static string ListText(int statuses, bool byTrigger)
    {
        var newest = $"""
            select {SqliteRows.SummaryColumns} from runs
            where flow_id = @flow and id >= @first and id < @end{(byTrigger ? " and trigger_type = @trigger" : "")}
            """;
        const string Order = " order by id desc limit @limit";

        return statuses switch
        {
            0 => newest + Order,
            1 => newest + " and status = @status0" + Order,
            _ => string.Join(" union all ", Enumerable.Range(0, statuses).Select(i => $"select * from ({newest} and status = @status{i}{Order})")) + Order,
        };
    }

    public static RunDetail? Find(SqliteSession session, FlowId flow, RunId run)
    {
        var detail = session.Find(
            $"""
            select {SqliteRows.SummaryColumns}, flow_version, trigger_output, due_time, steps, retry_of, retried_by, idempotency_key
            from runs join run_data on run_id = id
            where id = @run and flow_id = @flow
            """,
            row =>
            {
                var summary = row.GetSummary();
                const int Data = SqliteRows.SummaryWidth;
                return new RunDetail
                {
                    Summary = summary,
                    FlowVersion = row.GetInt32(Data),
                    Trigger = new Trigger { Type = summary.TriggerType, Output = row.GetJson(Data + 1), DueTime = row.FindTime(Data + 2) },
                    Steps = StoredSteps.Read(row.FindBytes(Data + 3)),
                    RetryOf = row.FindRunId(Data + 4),
                    RetriedBy = row.FindRunId(Data + 5),
                    IdempotencyKey = row.FindString(Data + 6),
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
            select flow_id, project_id, flow_version, trigger_type, trigger_output, due_time, attempt, owner, attempts_begun, retry_of, idempotency_key, trace_parent
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
                AttemptsBegun = row.FindInt32(8),
                RetryOf = row.FindRunId(9),
                IdempotencyKey = row.FindString(10),
                TraceParent = row.FindString(11),
                Done = [],
            },
            ("@run", run));
        return progress is null ? null : progress with { Done = ListCheckpoints(session, run) };
    }

    public static FlowHistory LoadHistory(SqliteSession session, FlowId flow, int newest)
    {
        var rows = session.List(
            $"select {SqliteRows.SummaryColumns} from runs where flow_id = @flow order by id desc limit @limit",
            row => row.GetSummary(),
            ("@flow", flow),
            ("@limit", newest + 1));
        var running = session.List(
            $"select {SqliteRows.SummaryColumns} from runs where flow_id = @flow and status = 0 order by id desc",
            row => row.GetSummary(),
            ("@flow", flow));
        var stats = session.Find(
            "select total, succeeded, failed, canceled, duration, nullif(last_run, 0) from flow_stats where flow_id = @flow",
            row => row.GetStats(),
            ("@flow", flow));
        return new FlowHistory(stats ?? FlowStats.None, [.. rows.Take(newest)], rows.Count <= newest, [.. running]);
    }

    public static FlowStats Recount(SqliteSession session, FlowId flow)
    {
        var counted = session.Find(
            """
            select count(*), count(*) filter (where status = 1), count(*) filter (where status = 2), count(*) filter (where status = 3)
            from runs where flow_id = @flow
            """,
            row => new FlowStats { TotalRuns = row.GetInt64(0), Succeeded = row.GetInt64(1), Failed = row.GetInt64(2), Canceled = row.GetInt64(3) },
            ("@flow", flow))!;
        // SQL cannot see the start time inside an id.
        var durations = session.List(
            "select id, finish_time from runs where flow_id = @flow and status <> 0",
            row => row.FindTime(1)!.Value - row.GetRunId(0).StartTime,
            ("@flow", flow));
        var last = session.Find("select id from runs where flow_id = @flow order by id desc limit 1", row => (RunId?)row.GetRunId(0), ("@flow", flow));
        return counted with
        {
            TotalDuration = TimeSpan.FromTicks(durations.Sum(duration => duration.Ticks)),
            LastRun = last?.StartTime,
        };
    }

    static ImmutableArray<StepResult> ListCheckpoints(SqliteSession session, RunId run) =>
    [
        .. session.List("select results from run_checkpoints where run_id = @run order by position", row => StoredSteps.Read(row.FindBytes(0)), ("@run", run)).SelectMany(steps => steps),
    ];
}
