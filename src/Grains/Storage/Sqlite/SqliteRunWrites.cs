using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Schedules;

namespace FlowRuns.Storage.Sqlite;

/// <summary>Applies one batch, inside the transaction that its caller opened and will commit.</summary>
sealed class SqliteRunWrites(SqliteSession session)
{
    readonly StatsDelta _statistics = new();

    public RunWriteResult Apply(JournalWrite write) => write switch
    {
        RunStart start => StartAndAdvance(start),
        ScheduleProgress progress => Advance(progress),
        RunCheckpoint checkpoint => new(Checkpoint(checkpoint)),
        RunClaim claim => new(Claim(claim)),
        RunFinish finish => new(Finish(finish)),
        RunDelete delete => new(Delete(delete)),
        _ => throw new ArgumentException($"{write.GetType().Name} is no known write.", nameof(write)),
    };

    /// <summary>Adds what the batch really changed to the statistics; once, after its last write.</summary>
    public void CountUp() => SqliteStatistics.Add(session, _statistics);

    RunWriteResult StartAndAdvance(RunStart start)
    {
        var result = Start(start);
        if (start.Progress is { } progress)
            Advance(progress);
        return result;
    }

    RunWriteResult Advance(ScheduleProgress progress)
    {
        SqliteSchedules.Advance(session, progress);
        return new(RunWriteOutcome.Applied);
    }

    RunWriteResult Start(RunStart start)
    {
        if (Exists(start.Run))
            return new(RunWriteOutcome.Repeated);
        if (FindClaim(start) is { } claim)
            return claim;

        var end = start.End;
        session.Execute(
            """
            insert into runs (id, flow_id, status, trigger_type, flow_version, attempt, owner, steps_count, steps_succeeded, steps_done, finish_time, error_step, error_message)
            values (@run, @flow, @status, @trigger, @version, 1, @owner, @steps, @succeeded, @done, @finishTime, @errorStep, @errorMessage)
            """,
            ("@run", start.Run),
            ("@flow", start.Flow),
            ("@status", end?.Status ?? RunStatus.Running),
            ("@trigger", start.Trigger.Type),
            ("@version", start.FlowVersion),
            ("@owner", end is null ? start.Owner : null),
            ("@steps", start.StepsCount),
            ("@succeeded", end?.StepsSucceeded ?? 1 + StoredSteps.CountSucceeded(start.Done)),
            ("@done", start.Done.Length),
            ("@finishTime", end?.FinishMilliseconds),
            ("@errorStep", end?.Error?.Step),
            ("@errorMessage", end?.Error?.Message));
        session.Execute(
            """
            insert into run_data (run_id, project_id, trigger_output, due_time, steps, retry_of, idempotency_key, trace_parent)
            values (@run, @project, cast(@output as text), @due, cast(@results as text), @retryOf, @key, @traceParent)
            """,
            ("@run", start.Run),
            ("@project", start.Project),
            ("@output", start.Trigger.Output),
            ("@due", start.Trigger.DueTime),
            ("@results", end is null ? null : StoredSteps.Write(end.Steps)),
            ("@retryOf", start.RetryOf),
            ("@key", start.IdempotencyKey),
            ("@traceParent", start.TraceParent));

        Claim(start);
        if (!start.Done.IsEmpty && end is null)
            AddCheckpoint(start.Run, 0, StoredSteps.Write(start.Done));
        if (start.RetryOf is { } retried)
            session.Execute("update run_data set retried_by = @run where run_id = @retried and ifnull(retried_by < @run, true)", ("@run", start.Run), ("@retried", retried));

        if (end is not null)
            _statistics.Add(start.Flow, start.Run, end.Status, end.FinishMilliseconds);
        return new(RunWriteOutcome.Applied);
    }

    /// <summary>The answer when the start's key or due time is taken. A run that was removed since still holds both: it is not started again.</summary>
    RunWriteResult? FindClaim(RunStart start)
    {
        if (start.IdempotencyKey is { } key)
        {
            var (run, hash) = session.Find(
                "select run_id, request_hash from idempotency_keys where flow_id = @flow and key = @key",
                row => (Run: (RunId?)row.GetRunId(0), Hash: row.GetString(1)),
                ("@flow", start.Flow),
                ("@key", key));
            if (run is { } first && start.Run.StartTime < first.StartTime + IdempotencyKeys.Lifetime)
                return first == start.Run ? new(RunWriteOutcome.Repeated) : new(RunWriteOutcome.Duplicate, first, hash);
        }

        if (start.Trigger.DueTime is { } due)
        {
            var known = session.Find($"select {StoredRows.OccurrenceColumns} from occurrences where flow_id = @flow and due_time = @due", StoredRows.GetOccurrence, ("@flow", start.Flow), ("@due", due));
            if (known is not null)
                return known.RunId == start.Run ? new(RunWriteOutcome.Repeated) : new(RunWriteOutcome.Duplicate, known.RunId);
        }

        return null;
    }

    void Claim(RunStart start)
    {
        if (start.IdempotencyKey is not null)
        {
            session.Execute(
                "insert or replace into idempotency_keys (flow_id, key, run_id, request_hash) values (@flow, @key, @run, @hash)",
                ("@flow", start.Flow),
                ("@key", start.IdempotencyKey),
                ("@run", start.Run),
                ("@hash", start.RequestHash));
        }

        if (start.Trigger.DueTime is { } due)
            SqliteSchedules.Add(session, start.Flow, new Occurrence { DueTime = due, Outcome = start.Outcome, RunId = start.Run });
    }

    RunWriteOutcome Checkpoint(RunCheckpoint checkpoint)
    {
        var results = checkpoint.Results;
        // A marker without results only ever rises: a repeat that comes late must not make an attempt forgotten.
        var changed = session.Execute(
            """
            update runs
            set steps_done = steps_done + @count, steps_succeeded = steps_succeeded + @succeeded, attempts_begun = @begun
            where id = @run and status = 0 and attempt = @attempt and steps_done = @position
              and (@count > 0 or @begun > ifnull(attempts_begun, 0))
            """,
            ("@count", results.Length),
            ("@succeeded", StoredSteps.CountSucceeded(results)),
            ("@begun", checkpoint.AttemptsBegun),
            ("@run", checkpoint.Run),
            ("@attempt", checkpoint.Attempt),
            ("@position", checkpoint.Position));
        if (changed == 0)
            return HasCheckpoint(checkpoint) ? RunWriteOutcome.Repeated : RunWriteOutcome.Stale;

        if (!results.IsEmpty)
            AddCheckpoint(checkpoint.Run, checkpoint.Position, StoredSteps.Write(results));
        return RunWriteOutcome.Applied;
    }

    /// <summary>Whether the attempt still has the run and its durable steps reach as far. One that would leave a gap is no repeat.</summary>
    bool HasCheckpoint(RunCheckpoint checkpoint) => session.Find(
        "select 1 from runs where id = @run and status = 0 and attempt = @attempt and steps_done >= @reached",
        _ => true,
        ("@run", checkpoint.Run),
        ("@attempt", checkpoint.Attempt),
        ("@reached", checkpoint.Position + checkpoint.Results.Length));

    RunWriteOutcome Claim(RunClaim claim)
    {
        var changed = session.Execute(
            "update runs set owner = @owner, attempt = attempt + 1 where id = @run and status = 0 and attempt = @attempt",
            ("@owner", claim.Owner),
            ("@run", claim.Run),
            ("@attempt", claim.Attempt));
        return changed > 0 ? RunWriteOutcome.Applied : HasClaimed(claim) ? RunWriteOutcome.Repeated : RunWriteOutcome.Stale;
    }

    bool HasClaimed(RunClaim claim) => session.Find(
        "select 1 from runs where id = @run and status = 0 and attempt = @attempt and owner = @owner",
        _ => true,
        ("@run", claim.Run),
        ("@attempt", claim.Attempt + 1),
        ("@owner", claim.Owner));

    RunWriteOutcome Finish(RunFinish finish)
    {
        if (finish.Status == RunStatus.Running)
            throw new ArgumentException($"{finish.Run} cannot finish as running.", nameof(finish));

        var finishTime = finish.FinishMilliseconds;
        var changed = session.Execute(
            """
            update runs
            set status = @status, finish_time = @finishTime, steps_succeeded = @succeeded, error_step = @errorStep, error_message = @errorMessage,
              owner = null, attempts_begun = null
            where id = @run and status = 0 and attempt = @attempt and flow_id = @flow
            """,
            ("@status", finish.Status),
            ("@finishTime", finishTime),
            ("@succeeded", finish.StepsSucceeded),
            ("@errorStep", finish.Error?.Step),
            ("@errorMessage", finish.Error?.Message),
            ("@run", finish.Run),
            ("@attempt", finish.Attempt),
            ("@flow", finish.Flow));
        if (changed == 0)
            return HasFinished(finish) ? RunWriteOutcome.Repeated : RunWriteOutcome.Stale;

        session.Execute("update run_data set steps = cast(@steps as text) where run_id = @run", ("@steps", StoredSteps.Write(finish.Steps)), ("@run", finish.Run));
        session.Execute("delete from run_checkpoints where run_id = @run", ("@run", finish.Run));
        _statistics.Add(finish.Flow, finish.Run, finish.Status, finishTime);
        return RunWriteOutcome.Applied;
    }

    bool HasFinished(RunFinish finish) => session.Find(
        "select 1 from runs where id = @run and status = @status and attempt = @attempt",
        _ => true,
        ("@run", finish.Run),
        ("@status", finish.Status),
        ("@attempt", finish.Attempt));

    RunWriteOutcome Delete(RunDelete delete)
    {
        var changed = session.Execute("delete from runs where id = @run and flow_id = @flow and status <> 0", ("@run", delete.Run), ("@flow", delete.Flow));
        if (changed == 0)
            return RunWriteOutcome.Stale;

        session.Execute("delete from run_data where run_id = @run", ("@run", delete.Run));
        return RunWriteOutcome.Applied;
    }

    bool Exists(RunId run) => session.Find("select 1 from runs where id = @run", _ => true, ("@run", run));

    void AddCheckpoint(RunId run, int position, byte[] results) => session.Execute(
        "insert into run_checkpoints (run_id, position, results) values (@run, @position, cast(@results as text))",
        ("@run", run),
        ("@position", position),
        ("@results", results));
}
