using FlowRuns.Runs;
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

        var starts = changes.Select(change => change.Started!).ToList();
        batch.Add(
            """
            insert into running_runs (id, flow_id, project_id, trigger_type, flow_version, attempt, steps_count, steps_succeeded, steps_done,
              due_time, retry_of, owner, idempotency_key, trace_parent, trigger_output)
            select id, flow_id, project_id, trigger_type, flow_version, 1, steps_count, steps_succeeded, steps_done,
              due_time, retry_of, owner, idempotency_key, trace_parent, trigger_output
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::smallint[], $5::integer[], $6::integer[], $7::integer[], $8::integer[],
                $9::bigint[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::bytea[])
              as s (id, flow_id, project_id, trigger_type, flow_version, steps_count, steps_succeeded, steps_done,
                due_time, retry_of, owner, idempotency_key, trace_parent, trigger_output)
            """,
            Ids(changes),
            starts.Select(start => start.Flow.Value).ToArray(),
            starts.Select(start => start.Project.Value).ToArray(),
            starts.Select(start => (short)start.Trigger.Type).ToArray(),
            starts.Select(start => start.FlowVersion).ToArray(),
            starts.Select(start => start.StepsCount).ToArray(),
            changes.Select(change => change.First.StepsSucceeded).ToArray(),
            changes.Select(change => change.First.StepsDone).ToArray(),
            starts.Select(start => start.Trigger.DueTime?.ToUnixTimeMilliseconds()).ToArray(),
            starts.Select(start => start.RetryOf?.Value).ToArray(),
            starts.Select(start => StoredText.Of(start.Owner)).ToArray(),
            starts.Select(start => StoredText.Of(start.IdempotencyKey)).ToArray(),
            starts.Select(start => StoredText.Of(start.TraceParent)).ToArray(),
            starts.Select(start => start.Trigger.Output.Utf8.ToArray()).ToArray());

        // After the insert: a run that was started and finished by others since the batch was read would be started a second time.
        batch.Add($"select expect_rows(count(*), 0) from runs where id = any($1) and {PostgresPartitions.Within("id", changes[0].Run, changes[^1].Run)} having count(*) <> 0", [Ids(changes)]);
    }

    /// <summary>Runs that started and finished within the batch were never under way for anybody else: they go straight into history.</summary>
    static void AddWhole(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var starts = changes.Select(change => change.Started!).ToList();
        var finishes = changes.Select(change => change.Finished!).ToList();
        batch
            .Add(
                """
                insert into runs (id, flow_id, finish_time, flow_version, attempt, steps_count, steps_succeeded, status, trigger_type, error_step, error_message)
                select id, flow_id, finish_time, flow_version, 1, steps_count, steps_succeeded, status, trigger_type, error_step, error_message
                from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::integer[], $5::integer[], $6::integer[], $7::smallint[], $8::smallint[], $9::text[], $10::text[])
                  as w (id, flow_id, finish_time, flow_version, steps_count, steps_succeeded, status, trigger_type, error_step, error_message)
                """,
                Ids(changes),
                starts.Select(start => start.Flow.Value).ToArray(),
                finishes.Select(RunBatch.FinishTimeOf).ToArray(),
                starts.Select(start => start.FlowVersion).ToArray(),
                starts.Select(start => start.StepsCount).ToArray(),
                finishes.Select(finish => finish.StepsSucceeded).ToArray(),
                finishes.Select(finish => (short)finish.Status).ToArray(),
                starts.Select(start => (short)start.Trigger.Type).ToArray(),
                finishes.Select(finish => StoredText.Of(finish.Error?.Step)).ToArray(),
                finishes.Select(finish => StoredText.Of(finish.Error?.Message)).ToArray())
            .Add(
                """
                insert into run_data (run_id, project_id, due_time, retry_of, idempotency_key, trace_parent, trigger_output, steps)
                select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::bytea[])
                """,
                Ids(changes),
                starts.Select(start => start.Project.Value).ToArray(),
                starts.Select(start => start.Trigger.DueTime?.ToUnixTimeMilliseconds()).ToArray(),
                starts.Select(start => start.RetryOf?.Value).ToArray(),
                starts.Select(start => StoredText.Of(start.IdempotencyKey)).ToArray(),
                starts.Select(start => StoredText.Of(start.TraceParent)).ToArray(),
                starts.Select(start => start.Trigger.Output.Utf8.ToArray()).ToArray(),
                finishes.Select(finish => StoredSteps.Write(finish.Steps)).ToArray())
            .Add("select expect_rows(count(*), 0) from running_runs where id = any($1) having count(*) <> 0", [Ids(changes)]);
    }

    static void AddProgress(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        batch.Add(
            """
            with changed as (
              update running_runs r
              set steps_done = p.steps_done, steps_succeeded = p.steps_succeeded, attempts_begun = p.attempts_begun, attempt = p.attempt, owner = p.owner
              from unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::integer[], $8::integer[], $9::text[])
                as p (id, first_attempt, first_done, first_begun, steps_done, steps_succeeded, attempts_begun, attempt, owner)
              where r.id = p.id and r.attempt = p.first_attempt and r.steps_done = p.first_done and r.attempts_begun is not distinct from p.first_begun
              returning 1)
            select expect_rows(count(*), $10) from changed having count(*) <> $10
            """,
            Ids(changes),
            changes.Select(change => change.First.Attempt).ToArray(),
            changes.Select(change => change.First.StepsDone).ToArray(),
            changes.Select(change => change.First.AttemptsBegun).ToArray(),
            changes.Select(change => change.Last.StepsDone).ToArray(),
            changes.Select(change => change.Last.StepsSucceeded).ToArray(),
            changes.Select(change => change.Last.AttemptsBegun).ToArray(),
            changes.Select(change => change.Last.Attempt).ToArray(),
            changes.Select(change => StoredText.Of(change.Last.Owner)).ToArray(),
            (long)changes.Length);
    }

    static void AddCheckpoints(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var rows = changes.SelectMany(change => change.Checkpoints, (change, checkpoint) => (change.Run, checkpoint.Position, checkpoint.Results)).ToList();
        batch.Add(
            "insert into run_checkpoints (run_id, position, results) select * from unnest($1::uuid[], $2::integer[], $3::bytea[])",
            rows.Select(row => row.Run.Value).ToArray(),
            rows.Select(row => row.Position).ToArray(),
            rows.Select(row => StoredSteps.Write([.. row.Results])).ToArray());
    }

    static void AddFinishes(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var finishes = changes.Select(change => change.Finished!).ToList();
        batch.Add(
            """
            with gone as (
              delete from running_runs r
              using unnest($1::uuid[], $2::integer[], $3::smallint[], $4::bigint[], $5::integer[], $6::text[], $7::text[], $8::bytea[], $9::uuid[])
                as f (id, attempt, status, finish_time, steps_succeeded, error_step, error_message, steps, flow_id)
              where r.id = f.id and r.attempt = f.attempt and r.flow_id = f.flow_id
              returning r.id, r.flow_id, f.finish_time, r.flow_version, r.attempt, r.steps_count, f.steps_succeeded, f.status, r.trigger_type, f.error_step, f.error_message,
                r.project_id, r.due_time, r.retry_of, r.retried_by, r.idempotency_key, r.trace_parent, r.trigger_output, f.steps),
            summaries as (
              insert into runs (id, flow_id, finish_time, flow_version, attempt, steps_count, steps_succeeded, status, trigger_type, error_step, error_message)
              select id, flow_id, finish_time, flow_version, attempt, steps_count, steps_succeeded, status, trigger_type, error_step, error_message from gone),
            data as (
              insert into run_data (run_id, project_id, due_time, retry_of, retried_by, idempotency_key, trace_parent, trigger_output, steps)
              select id, project_id, due_time, retry_of, retried_by, idempotency_key, trace_parent, trigger_output, steps from gone)
            select expect_rows(count(*), $10) from gone having count(*) <> $10
            """,
            Ids(changes),
            changes.Select(change => change.First.Attempt).ToArray(),
            finishes.Select(finish => (short)finish.Status).ToArray(),
            finishes.Select(RunBatch.FinishTimeOf).ToArray(),
            finishes.Select(finish => finish.StepsSucceeded).ToArray(),
            finishes.Select(finish => StoredText.Of(finish.Error?.Step)).ToArray(),
            finishes.Select(finish => StoredText.Of(finish.Error?.Message)).ToArray(),
            finishes.Select(finish => StoredSteps.Write(finish.Steps)).ToArray(),
            finishes.Select(finish => finish.Flow.Value).ToArray(),
            (long)changes.Length);
        batch.Add("delete from run_checkpoints where run_id = any($1)", [Ids(changes)]);
    }

    static void AddRetries(NpgsqlBatch batch, RunChange[] changes)
    {
        if (changes.Length == 0)
            return;

        var newest = changes.GroupBy(change => change.Started!.RetryOf!.Value).OrderBy(retried => retried.Key).Select(retried => (Run: retried.Key, By: retried.Max(change => change.Run))).ToList();
        var (runs, by) = (newest.Select(retry => retry.Run.Value).ToArray(), newest.Select(retry => retry.By.Value).ToArray());
        batch
            .Add("update running_runs r set retried_by = greatest(r.retried_by, n.by) from unnest($1::uuid[], $2::uuid[]) as n (id, by) where r.id = n.id", runs, by)
            .Add(
                $"update run_data d set retried_by = greatest(d.retried_by, n.by) from unnest($1::uuid[], $2::uuid[]) as n (id, by) where d.run_id = n.id and {PostgresPartitions.Within("d.run_id", newest[0].Run, newest[^1].Run)}",
                runs,
                by);
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
        // A key that has expired is taken over, unless another run was faster.
        batch.Add(
            """
            with claimed as (
              insert into idempotency_keys as held (flow_id, key, run_id, request_hash)
              select flow_id, key, run_id, request_hash from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) as k (flow_id, key, run_id, request_hash)
              on conflict (flow_id, key) do update set run_id = excluded.run_id, request_hash = excluded.request_hash
              where held.run_id = any($5)
              returning 1)
            select expect_rows(count(*), $6) from claimed having count(*) <> $6
            """,
            keys.Select(key => key.Key.Flow.Value).ToArray(),
            keys.Select(key => key.Key.Key).ToArray(),
            keys.Select(key => key.Value.Claim.Run.Value).ToArray(),
            keys.Select(key => StoredText.Of(key.Value.Claim.RequestHash)).ToArray(),
            keys.Where(key => key.Value.Before is not null).Select(key => key.Value.Before!.Value.Value).ToArray(),
            (long)keys.Count);
    }

    static void AddOccurrences(NpgsqlBatch batch, RunBatch decided)
    {
        if (decided.Occurrences.Count == 0)
            return;

        var rows = decided.Occurrences.OrderBy(row => row.Flow.Value).ThenBy(row => row.Occurrence.DueTime).ToList();
        batch.Add(
            """
            with claimed as (
              insert into occurrences (flow_id, due_time, outcome, run_id, reason, until_time, due_count)
              select * from unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::uuid[], $5::smallint[], $6::bigint[], $7::integer[])
              on conflict do nothing
              returning 1)
            select expect_rows(count(*), $8) from claimed having count(*) <> $8
            """,
            rows.Select(row => row.Flow.Value).ToArray(),
            rows.Select(row => row.Occurrence.DueTime.ToUnixTimeMilliseconds()).ToArray(),
            rows.Select(row => (short)row.Occurrence.Outcome).ToArray(),
            rows.Select(row => row.Occurrence.RunId?.Value).ToArray(),
            rows.Select(row => (short?)row.Occurrence.Reason).ToArray(),
            rows.Select(row => row.Occurrence.Until?.ToUnixTimeMilliseconds()).ToArray(),
            rows.Select(row => row.Occurrence.Count).ToArray(),
            (long)rows.Count);
    }

    static void AddSchedules(NpgsqlBatch batch, RunBatch decided)
    {
        if (decided.Schedules.Count == 0)
            return;

        var rows = decided.Schedules.Values.OrderBy(row => row.Flow.Value).ToList();
        batch.Add(
            """
            update schedules s set handled_until = p.handled_until, wake_time = p.wake_time, waiting = p.waiting
            from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[]) as p (flow_id, revision, handled_until, wake_time, waiting)
            where s.flow_id = p.flow_id and s.revision = p.revision and s.handled_until <= p.handled_until
            """,
            rows.Select(row => row.Flow.Value).ToArray(),
            rows.Select(row => row.Revision).ToArray(),
            rows.Select(row => row.HandledUntil.ToUnixTimeMilliseconds()).ToArray(),
            rows.Select(row => row.WakeTime?.ToUnixTimeMilliseconds()).ToArray(),
            rows.Select(row => row.Waiting?.ToUnixTimeMilliseconds()).ToArray());
    }

    static Guid[] Ids(RunChange[] changes) => [.. changes.Select(change => change.Run.Value)];
}
