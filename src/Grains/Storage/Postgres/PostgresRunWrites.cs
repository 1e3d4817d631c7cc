using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Steps;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>Writes what a batch decided: one round trip, one transaction, a statement per kind of change.</summary>
/// <remarks>
/// Each statement checks that it changed as many rows as were decided; if not, the whole batch is undone and decided anew. The check is called only where it fails: PL/pgSQL is
/// set up once more in each transaction that calls it.
/// </remarks>
static class PostgresRunWrites
{
    public static async Task WriteAsync(NpgsqlConnection connection, RunBatch decided, PostgresMember? member, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        var changes = decided.Changes.OrderBy(change => change.Run).ToList();
        AddStarts(batch, [.. changes.Where(change => change is { Started: not null, Finished: null })]);
        AddWhole(batch, [.. changes.Where(change => change is { Started: not null, Finished: not null })]);
        AddProgress(batch, [.. changes.Where(change => change is { HasProgressed: true, Finished: null })]);
        AddCheckpoints(batch, [.. changes.Where(change => change.Finished is null && change.Checkpoints.Count > 0)]);
        AddFinishes(batch, [.. changes.Where(change => change is { Started: null, Finished: not null })]);
        AddRetries(batch, [.. changes.Where(change => change.Started?.RetryOf is not null)]);
        AddDeletes(batch, [.. changes.Where(change => change.IsDeleted)]);
        AddClaims(batch, decided);
        AddOccurrences(batch, decided);
        AddSchedules(batch, decided);
        PostgresStatistics.Add(batch, decided.Statistics);

        // Without a transaction around it a batch is one: it commits with its last statement.
        if (batch.BatchCommands.Count == 0)
            return;

        member?.AddTo(batch);
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    static void AddStarts(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var rows = new RowSet<RunChange>(changes)
            .With("id", change => change.Run.Value)
            .With("flow_id", change => change.Started!.Flow.Value)
            .With("project_id", change => change.Started!.Project.Value)
            .With("trigger_type", change => (short)change.Started!.Trigger.Type)
            .With("flow_version", change => change.Started!.FlowVersion)
            .With("attempt", change => change.First.Attempt)
            .With("steps_count", change => change.Started!.StepsCount)
            .With("steps_succeeded", change => change.First.StepsSucceeded)
            .With("steps_done", change => change.First.StepsDone)
            .With("due_time", change => change.Started!.Trigger.DueTime?.ToUnixTimeMilliseconds())
            .With("retry_of", change => change.Started!.RetryOf?.Value)
            .With("owner", change => StoredText.Of(change.Started!.Owner))
            .With("idempotency_key", change => StoredText.Of(change.Started!.IdempotencyKey))
            .With("trace_parent", change => StoredText.Of(change.Started!.TraceParent))
            .With("trigger_output", change => change.Started!.Trigger.Output.Utf8.ToArray());
        batch.Add($"insert into running_runs ({rows.Columns}) select * from {rows.As("started")}", rows);

        // After the insert: a run that was started and finished by others since the batch was read would be started a second time.
        batch.Add($"select expect_rows(count(*), 0) from runs where id = any($1) and {PostgresPartitions.Within("id", changes[0].Run, changes[^1].Run)} having count(*) <> 0", [Ids(changes)]);
    }

    /// <summary>Runs that started and finished within the batch were never under way for anybody else: they go straight into history.</summary>
    static void AddWhole(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var summaries = new RowSet<RunChange>(changes)
            .With("id", change => change.Run.Value)
            .With("flow_id", change => change.Started!.Flow.Value)
            .With("finish_time", change => change.Finished!.FinishMilliseconds)
            .With("flow_version", change => change.Started!.FlowVersion)
            .With("attempt", change => change.First.Attempt)
            .With("steps_count", change => change.Started!.StepsCount)
            .With("steps_succeeded", change => change.Finished!.StepsSucceeded)
            .With("status", change => (short)change.Finished!.Status)
            .With("trigger_type", change => (short)change.Started!.Trigger.Type)
            .With("error_step", change => StoredText.Of(change.Finished!.Error?.Step))
            .With("error_message", change => StoredText.Of(change.Finished!.Error?.Message));
        var data = new RowSet<RunChange>(changes)
            .With("run_id", change => change.Run.Value)
            .With("project_id", change => change.Started!.Project.Value)
            .With("due_time", change => change.Started!.Trigger.DueTime?.ToUnixTimeMilliseconds())
            .With("retry_of", change => change.Started!.RetryOf?.Value)
            .With("idempotency_key", change => StoredText.Of(change.Started!.IdempotencyKey))
            .With("trace_parent", change => StoredText.Of(change.Started!.TraceParent))
            .With("trigger_output", change => change.Started!.Trigger.Output.Utf8.ToArray())
            .With("steps", change => StoredSteps.Write(change.Finished!.Steps));
        batch
            .Add($"insert into runs ({summaries.Columns}) select * from {summaries.As("summaries")}", summaries)
            .Add($"insert into run_data ({data.Columns}) select * from {data.As("data")}", data)
            .Add("select expect_rows(count(*), 0) from running_runs where id = any($1) having count(*) <> 0", [Ids(changes)]);
    }

    static void AddProgress(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var rows = new RowSet<RunChange>(changes)
            .With("id", change => change.Run.Value)
            .With("first_attempt", change => change.First.Attempt)
            .With("first_done", change => change.First.StepsDone)
            .With("first_begun", change => change.First.AttemptsBegun)
            .With("steps_done", change => change.Last.StepsDone)
            .With("steps_succeeded", change => change.Last.StepsSucceeded)
            .With("attempts_begun", change => change.Last.AttemptsBegun)
            .With("attempt", change => change.Last.Attempt)
            .With("owner", change => StoredText.Of(change.Last.Owner));
        batch.Add(
            $"""
            with changed as (
              update running_runs r
              set steps_done = p.steps_done, steps_succeeded = p.steps_succeeded, attempts_begun = p.attempts_begun, attempt = p.attempt, owner = p.owner
              from {rows.As("p")}
              where r.id = p.id and r.attempt = p.first_attempt and r.steps_done = p.first_done and r.attempts_begun is not distinct from p.first_begun
              returning 1)
            select expect_rows(count(*), {rows.After(1)}) from changed having count(*) <> {rows.After(1)}
            """,
            rows,
            (long)changes.Length);
    }

    static void AddCheckpoints(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var rows = new RowSet<(RunId Run, int Position, IReadOnlyList<StepResult> Results)>(
            [.. changes.SelectMany(change => change.Checkpoints, (change, checkpoint) => (change.Run, checkpoint.Position, checkpoint.Results))])
            .With("run_id", row => row.Run.Value)
            .With("position", row => row.Position)
            .With("results", row => StoredSteps.Write([.. row.Results]));
        batch.Add($"insert into run_checkpoints ({rows.Columns}) select * from {rows.As("checkpoints")}", rows);
    }

    static void AddFinishes(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var rows = new RowSet<RunChange>(changes)
            .With("id", change => change.Run.Value)
            .With("flow_id", change => change.Finished!.Flow.Value)
            .With("attempt", change => change.First.Attempt)
            .With("status", change => (short)change.Finished!.Status)
            .With("finish_time", change => change.Finished!.FinishMilliseconds)
            .With("steps_succeeded", change => change.Finished!.StepsSucceeded)
            .With("error_step", change => StoredText.Of(change.Finished!.Error?.Step))
            .With("error_message", change => StoredText.Of(change.Finished!.Error?.Message))
            .With("steps", change => StoredSteps.Write(change.Finished!.Steps));
        batch.Add(
            $"""
            with gone as (
              delete from running_runs r
              using {rows.As("f")}
              where r.id = f.id and r.attempt = f.attempt and r.flow_id = f.flow_id
              returning r.id, r.flow_id, f.finish_time, r.flow_version, r.attempt, r.steps_count, f.steps_succeeded, f.status, r.trigger_type, f.error_step, f.error_message,
                r.project_id, r.due_time, r.retry_of, r.retried_by, r.idempotency_key, r.trace_parent, r.trigger_output, f.steps),
            summaries as (
              insert into runs (id, flow_id, finish_time, flow_version, attempt, steps_count, steps_succeeded, status, trigger_type, error_step, error_message)
              select id, flow_id, finish_time, flow_version, attempt, steps_count, steps_succeeded, status, trigger_type, error_step, error_message from gone),
            data as (
              insert into run_data (run_id, project_id, due_time, retry_of, retried_by, idempotency_key, trace_parent, trigger_output, steps)
              select id, project_id, due_time, retry_of, retried_by, idempotency_key, trace_parent, trigger_output, steps from gone)
            select expect_rows(count(*), {rows.After(1)}) from gone having count(*) <> {rows.After(1)}
            """,
            rows,
            (long)changes.Length);
        batch.Add("delete from run_checkpoints where run_id = any($1)", [Ids(changes)]);
    }

    static void AddRetries(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var newest = changes.GroupBy(change => change.Started!.RetryOf!.Value).OrderBy(retried => retried.Key).Select(retried => (Run: retried.Key, By: retried.Max(change => change.Run))).ToList();
        var rows = new RowSet<(RunId Run, RunId By)>(newest).With("id", retry => retry.Run.Value).With("by", retry => retry.By.Value);
        var weeks = PostgresPartitions.Within("d.run_id", newest[0].Run, newest[^1].Run);
        batch
            .Add($"update running_runs r set retried_by = greatest(r.retried_by, n.by) from {rows.As("n")} where r.id = n.id", rows)
            .Add($"update run_data d set retried_by = greatest(d.retried_by, n.by) from {rows.As("n")} where d.run_id = n.id and {weeks}", rows);
    }

    static void AddDeletes(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        batch.Add(
            $"""
            with gone as (delete from runs where id = any($1) and {PostgresPartitions.Within("id", changes[0].Run, changes[^1].Run)} returning 1),
            data as (delete from run_data where run_id = any($1) and {PostgresPartitions.Within("run_id", changes[0].Run, changes[^1].Run)})
            select expect_rows(count(*), $2) from gone having count(*) <> $2
            """,
            Ids(changes),
            (long)changes.Length);
    }

    static void AddClaims(NpgsqlBatch batch, RunBatch decided)
    {
        if (decided.Keys.Count == 0)
            return;

        var keys = decided.Keys.OrderBy(key => key.Key.Flow.Value).ThenBy(key => key.Key.Key, StringComparer.Ordinal).ToList();
        var rows = new RowSet<KeyValuePair<(FlowId Flow, string Key), (KeyClaim Claim, RunId? Before)>>(keys)
            .With("flow_id", key => key.Key.Flow.Value)
            .With("key", key => key.Key.Key)
            .With("run_id", key => key.Value.Claim.Run.Value)
            .With("request_hash", key => StoredText.Of(key.Value.Claim.RequestHash));
        // A key that has expired is taken over, unless another run was faster.
        batch.Add(
            $"""
            with claimed as (
              insert into idempotency_keys as held ({rows.Columns}) select * from {rows.As("claims")}
              on conflict (flow_id, key) do update set run_id = excluded.run_id, request_hash = excluded.request_hash
              where held.run_id = any({rows.After(1)})
              returning 1)
            select expect_rows(count(*), {rows.After(2)}) from claimed having count(*) <> {rows.After(2)}
            """,
            rows,
            keys.Where(key => key.Value.Before is not null).Select(key => key.Value.Before!.Value.Value).ToArray(),
            (long)keys.Count);
    }

    static void AddOccurrences(NpgsqlBatch batch, RunBatch decided)
    {
        if (decided.Occurrences.Count == 0)
            return;

        var rows = new RowSet<(FlowId Flow, Occurrence Occurrence)>([.. decided.Occurrences.OrderBy(row => row.Flow.Value).ThenBy(row => row.Occurrence.DueTime)])
            .With("flow_id", row => row.Flow.Value)
            .With("due_time", row => row.Occurrence.DueTime.ToUnixTimeMilliseconds())
            .With("outcome", row => (short)row.Occurrence.Outcome)
            .With("run_id", row => row.Occurrence.RunId?.Value)
            .With("reason", row => (short?)row.Occurrence.Reason)
            .With("until_time", row => row.Occurrence.Until?.ToUnixTimeMilliseconds())
            .With("due_count", row => row.Occurrence.Count);
        batch.Add(
            $"""
            with claimed as (insert into occurrences ({rows.Columns}) select * from {rows.As("due")} on conflict do nothing returning 1)
            select expect_rows(count(*), {rows.After(1)}) from claimed having count(*) <> {rows.After(1)}
            """,
            rows,
            (long)decided.Occurrences.Count);
    }

    static void AddSchedules(NpgsqlBatch batch, RunBatch decided)
    {
        if (decided.Schedules.Count == 0)
            return;

        var rows = new RowSet<ScheduleRow>([.. decided.Schedules.Values.OrderBy(row => row.Flow.Value)])
            .With("flow_id", row => row.Flow.Value)
            .With("revision", row => row.Revision)
            .With("handled_until", row => row.HandledUntil.ToUnixTimeMilliseconds())
            .With("wake_time", row => row.WakeTime?.ToUnixTimeMilliseconds())
            .With("waiting", row => row.Waiting?.ToUnixTimeMilliseconds());
        batch.Add(
            $"""
            update schedules s set handled_until = p.handled_until, wake_time = p.wake_time, waiting = p.waiting
            from {rows.As("p")}
            where s.flow_id = p.flow_id and s.revision = p.revision and s.handled_until <= p.handled_until
            """,
            rows);
    }

    static Guid[] Ids(RunChange[] changes) => [.. changes.Select(change => change.Run.Value)];
}
