using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage.Postgres;

/// <summary>Decides a batch in the order of its writes, from what the store held when it was read.</summary>
sealed class RunBatch(IReadOnlyDictionary<RunId, StoredRun> runs, Dictionary<(FlowId, string), KeyClaim> keys, Dictionary<(FlowId, long), RunId> occurrences)
{
    readonly Dictionary<RunId, RunChange> _changes = [];
    readonly Dictionary<FlowId, FlowStatsDelta> _deltas = [];

    public IEnumerable<RunChange> Changes => _changes.Values;

    public IReadOnlyDictionary<FlowId, FlowStatsDelta> Deltas => _deltas;

    /// <summary>Keys that the batch claims, each with the run that held it before.</summary>
    public Dictionary<(FlowId Flow, string Key), (KeyClaim Claim, RunId? Before)> Keys { get; } = [];

    public Dictionary<(FlowId Flow, long DueTime), RunId> Occurrences { get; } = [];

    public RunWriteResult Apply(RunWrite write) => write switch
    {
        RunStart start => Start(start),
        RunCheckpoint checkpoint => new(ChangeOf(checkpoint.Run).Checkpoint(checkpoint)),
        RunClaim claim => new(ChangeOf(claim.Run).Claim(claim)),
        RunFinish finish => new(Finish(finish)),
        RunDelete delete => new(ChangeOf(delete.Run).Delete(delete)),
        _ => throw new ArgumentException($"{write.GetType().Name} is no known write.", nameof(write)),
    };

    /// <summary>Never before the start, whatever the clock says.</summary>
    public static long FinishTimeOf(RunFinish finish) => Math.Max(finish.FinishTime.ToUnixTimeMilliseconds(), finish.Run.StartTime.ToUnixTimeMilliseconds());

    RunWriteResult Start(RunStart start)
    {
        var change = ChangeOf(start.Run);
        if (change.Exists)
            return new(RunWriteOutcome.Repeated);
        if (FindClaim(start) is { } claim)
            return claim;

        Claim(start);
        change.Start(start);
        DeltaOf(start.Flow).Started(start.Run);
        return new(RunWriteOutcome.Applied);
    }

    /// <summary>The answer when the start's key or due time is taken. A run that was removed since still holds both: it is not started again.</summary>
    RunWriteResult? FindClaim(RunStart start)
    {
        if (start.IdempotencyKey is not null && keys.TryGetValue(KeyOf(start), out var key) && start.Run.StartTime < key.Run.StartTime + IdempotencyKeys.Lifetime)
            return key.Run == start.Run ? new(RunWriteOutcome.Repeated) : new(RunWriteOutcome.Duplicate, key.Run, key.RequestHash);
        if (start.Trigger.DueTime is { } due && occurrences.TryGetValue((start.Flow, due.ToUnixTimeMilliseconds()), out var run))
            return run == start.Run ? new(RunWriteOutcome.Repeated) : new(RunWriteOutcome.Duplicate, run);
        return null;
    }

    void Claim(RunStart start)
    {
        if (start.IdempotencyKey is not null)
        {
            var key = KeyOf(start);
            RunId? before = Keys.TryGetValue(key, out var earlier) ? earlier.Before : keys.TryGetValue(key, out var held) ? held.Run : null;
            keys[key] = new KeyClaim(start.Run, start.RequestHash!);
            Keys[key] = (keys[key], before);
        }

        if (start.Trigger.DueTime is { } due)
            Occurrences[(start.Flow, due.ToUnixTimeMilliseconds())] = occurrences[(start.Flow, due.ToUnixTimeMilliseconds())] = start.Run;
    }

    RunWriteOutcome Finish(RunFinish finish)
    {
        if (finish.Status == RunStatus.Running)
            throw new ArgumentException($"{finish.Run} cannot finish as running.", nameof(finish));

        var outcome = ChangeOf(finish.Run).Finish(finish);
        if (outcome == RunWriteOutcome.Applied)
            DeltaOf(finish.Flow).Finished(finish.Run, finish.Status, FinishTimeOf(finish));
        return outcome;
    }

    static (FlowId, string) KeyOf(RunStart start) => (start.Flow, StoredText.Of(start.IdempotencyKey)!);

    RunChange ChangeOf(RunId run)
    {
        if (!_changes.TryGetValue(run, out var change))
            _changes.Add(run, change = new RunChange(run, runs.TryGetValue(run, out var stored) ? stored : null));
        return change;
    }

    FlowStatsDelta DeltaOf(FlowId flow)
    {
        if (!_deltas.TryGetValue(flow, out var delta))
            _deltas.Add(flow, delta = new FlowStatsDelta());
        return delta;
    }
}
