using System.Collections.Immutable;
using System.Data;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Triggers;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>What grains ask about runs. Whatever belongs together is read by one statement or in one snapshot: a run may move from the running to the finished at any time.</summary>
static class PostgresRunReads
{
    static readonly int[] WeeksBefore = [0, 8];

    const string Done = "array(select results from run_checkpoints c where c.run_id = r.id order by position)";

    /// <param name="running">The flow's running runs, where the caller knows them.</param>
    public static async Task<RunPage> ListAsync(
        NpgsqlConnection connection, FlowId flow, RunQuery query, ImmutableArray<RunSummary>? running, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<RunSummary> rows = [];
        foreach (var part in Parts(query, now).TakeWhile(_ => rows.Count <= query.Limit))
        {
            var sources = Sources(query, part, withRunning: running is null).ToList();
            if (sources is [])
                break;

            var limit = query.Limit + 1 - rows.Count;
            rows.AddRange(await connection.ListAsync(
                sources is [var only] ? only : $"{string.Join(" union all ", sources.Select(source => $"select * from ({source}) as newest"))} order by 1 desc limit $4",
                row => row.GetSummary(),
                query.TriggerType is { } trigger ? [flow, part.First, part.End, limit, trigger] : [flow, part.First, part.End, limit],
                cancellationToken).ConfigureAwait(false));
        }

        // They were known before the history was read: one that has ended since is in both.
        if (running is { IsEmpty: false } known)
            rows = [.. rows.UnionBy(known.Where(query.Matches), run => run.Id).OrderByDescending(run => run.Id).Take(query.Limit + 1)];
        return new RunPage { Rows = [.. rows.Take(query.Limit)], HasMore = rows.Count > query.Limit };
    }

    /// <summary>The newest week that the page can begin in has all of most pages. Each week that a statement looks at costs as much as a small read, so others are asked for only where it has not.</summary>
    static IEnumerable<RunIdRange> Parts(RunQuery query, DateTimeOffset now)
    {
        var range = RunIdRange.Of(query);
        var newest = range.End.StartTime < now ? range.End : RunId.FirstAt(now);
        foreach (var weeksBefore in query.Statuses is { IsDefault: false } and [RunStatus.Running] ? [] : WeeksBefore)
        {
            var first = PostgresPartitions.FirstOfWeek(newest, weeksBefore);
            if (first <= range.First)
                break;
            yield return range with { First = first };
            range = range with { End = first };
        }

        yield return range;
    }

    /// <summary>A select per status, each cut at the limit by its own index range.</summary>
    static IEnumerable<string> Sources(RunQuery query, RunIdRange range, bool withRunning)
    {
        var ofFlow = $"flow_id = $1 and id >= $2 and id < $3{(query.TriggerType is null ? "" : " and trigger_type = $5")}";
        var finished = $"select {PostgresRows.FinishedColumns} from runs where {ofFlow} and {PostgresPartitions.Within("id", range)}";
        const string NewestFirst = "order by id desc limit $4";

        if (withRunning && query.Asks(RunStatus.Running))
            yield return $"select {PostgresRows.RunningColumns} from running_runs where {ofFlow} {NewestFirst}";
        if (query.Statuses.IsDefaultOrEmpty)
            yield return $"{finished} {NewestFirst}";
        foreach (var status in query.Statuses.IsDefaultOrEmpty ? [] : FlowHistory.EndedStatuses.Where(query.Asks))
            yield return $"{finished} and status = {(int)status} {NewestFirst}";
    }

    public static async Task<RunDetail?> FindAsync(NpgsqlConnection connection, FlowId flow, RunId run, CancellationToken cancellationToken) => (await connection.ListAsync(
        $"""
        select {PostgresRows.RunningColumns}, flow_version, trigger_output, due_time, retry_of, retried_by, idempotency_key, {Done}
        from running_runs r
        where id = $1 and flow_id = $2
        union all
        select {PostgresRows.FinishedColumns}, flow_version, trigger_output, due_time, retry_of, retried_by, idempotency_key, array[steps]
        from runs join run_data on run_id = id
        where id = $1 and run_id = $1 and flow_id = $2 and {PostgresPartitions.Within("id", run, run)} and {PostgresPartitions.Within("run_id", run, run)}
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
                RetryOf = row.FindRunId(Data + 3),
                RetriedBy = row.FindRunId(Data + 4),
                IdempotencyKey = row.Find<string>(Data + 5),
                Steps = GetSteps(row, Data + 6),
            };
        },
        [run, flow],
        cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    public static async Task<StoredProgress?> FindProgressAsync(NpgsqlConnection connection, RunId run, CancellationToken cancellationToken) => (await connection.ListAsync(
        $"""
        select flow_id, project_id, flow_version, trigger_type, trigger_output, due_time, attempt, owner, interruptions, attempts_begun, retry_of, idempotency_key, trace_parent, {Done}
        from running_runs r
        where id = $1
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
            Done = GetSteps(row, 13),
        },
        [run],
        cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    public static async Task<FlowHistory> LoadHistoryAsync(NpgsqlConnection connection, FlowId flow, int newest, CancellationToken cancellationToken)
    {
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var batch = connection.CreateBatch()
            .Add(string.Join(" union all ", FlowHistory.EndedStatuses.Select(NewestOf)), flow, newest)
            .Add($"select {PostgresRows.RunningColumns} from running_runs where flow_id = $1 order by id desc", flow)
            .Add($"select {PostgresStatistics.Columns} from flow_stats where flow_id = $1", flow);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var ended = await reader.ReadAllAsync(row => row.GetSummary(), cancellationToken).ConfigureAwait(false);
        var running = await reader.ReadAllAsync(row => row.GetSummary(), cancellationToken).ConfigureAwait(false);
        var stats = await reader.ReadAllAsync(row => row.GetStats(), cancellationToken).ConfigureAwait(false);
        return new FlowHistory((stats.SingleOrDefault() ?? FlowStats.None).WithRunning(running), [.. ended.OrderByDescending(run => run.Id)], [.. running]);

        static string NewestOf(RunStatus status) =>
            $"select * from (select {PostgresRows.FinishedColumns} from runs where flow_id = $1 and status = {(int)status} order by id desc limit $2) as newest";
    }

    static ImmutableArray<StepResult> GetSteps(NpgsqlDataReader row, int column) => [.. row.GetFieldValue<byte[][]>(column).SelectMany(utf8 => StoredSteps.Read(utf8))];
}
