using FlowRuns.Flows;
using FlowRuns.Runs;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>Reads what a batch of writes is decided by, in one round trip and without a lock: what is written afterwards checks it.</summary>
static class PostgresBatchRead
{
    public static async Task<RunBatch> ReadAsync(NpgsqlConnection connection, IReadOnlyList<JournalWrite> writes, CancellationToken cancellationToken)
    {
        var ids = writes.OfType<RunWrite>().Select(write => write.Run).Distinct().Order().ToList();
        var starts = writes.OfType<RunStart>().ToList();
        var keyed = starts.Where(start => start.IdempotencyKey is not null).ToList();
        var due = starts
            .Where(start => start.Trigger.DueTime is not null)
            .Select(start => (start.Flow, DueTime: start.Trigger.DueTime!.Value))
            .Concat(writes.SelectMany(ProgressOf).SelectMany(progress => progress.Outcomes, (progress, outcome) => (progress.Flow, outcome.DueTime)))
            .ToList();

        await using var batch = connection.CreateBatch();
        if (ids.Count > 0)
        {
            batch.Add(
                $"""
                select id, flow_id, 0::smallint, attempt, steps_done, steps_succeeded, attempts_begun, owner from running_runs where id = any($1)
                union all
                select id, flow_id, status, attempt, 0, 0, null::integer, null::text from runs where id = any($1) and {PostgresPartitions.Within("id", ids[0], ids[^1])}
                """,
                [ids.Select(id => id.Value).ToArray()]);
        }

        if (keyed.Count > 0)
        {
            batch.Add(
                "select k.flow_id, k.key, k.run_id, k.request_hash from unnest($1::uuid[], $2::text[]) as wanted (flow_id, key) join idempotency_keys k using (flow_id, key)",
                keyed.Select(start => start.Flow.Value).ToArray(),
                keyed.Select(start => StoredText.Of(start.IdempotencyKey)).ToArray());
        }

        if (due.Count > 0)
        {
            batch.Add(
                "select o.flow_id, o.due_time, o.run_id from unnest($1::uuid[], $2::bigint[]) as wanted (flow_id, due_time) join occurrences o using (flow_id, due_time)",
                due.Select(occurrence => occurrence.Flow.Value).ToArray(),
                due.Select(occurrence => occurrence.DueTime.ToUnixTimeMilliseconds()).ToArray());
        }

        if (batch.BatchCommands.Count == 0)
            return new RunBatch(new Dictionary<RunId, StoredRun>(), [], []);

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var runs = ids.Count == 0 ? [] : await reader.ReadAllAsync(GetRun, cancellationToken).ConfigureAwait(false);
        var keys = keyed.Count == 0 ? [] : await reader.ReadAllAsync(GetKey, cancellationToken).ConfigureAwait(false);
        var occurrences = due.Count == 0 ? [] : await reader.ReadAllAsync(GetOccurrence, cancellationToken).ConfigureAwait(false);
        return new RunBatch(
            runs.ToDictionary(run => run.Id, run => run.Stored),
            keys.DistinctBy(key => key.Key).ToDictionary(key => key.Key, key => key.Claim),
            occurrences.DistinctBy(occurrence => occurrence.Key).ToDictionary(occurrence => occurrence.Key, occurrence => occurrence.Run));
    }

    static IEnumerable<ScheduleProgress> ProgressOf(JournalWrite write) => write switch
    {
        ScheduleProgress progress => [progress],
        RunStart { Progress: { } progress } => [progress],
        _ => [],
    };

    static (RunId Id, StoredRun Stored) GetRun(NpgsqlDataReader row) =>
        (row.GetRunId(0), new StoredRun(row.GetFlowId(1), (RunStatus)row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.FindInt32(6), row.Find<string>(7)));

    static ((FlowId, string) Key, KeyClaim Claim) GetKey(NpgsqlDataReader row) => ((row.GetFlowId(0), row.GetString(1)), new KeyClaim(row.GetRunId(2), row.GetString(3)));

    static ((FlowId, long) Key, RunId? Run) GetOccurrence(NpgsqlDataReader row) => ((row.GetFlowId(0), row.GetInt64(1)), row.FindRunId(2));
}
