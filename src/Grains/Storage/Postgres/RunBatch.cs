using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Schedules;

namespace FlowRuns.Storage.Postgres;

/// <summary>Decides a batch in the order of its writes, from what the store held when it was read.</summary>
sealed class RunBatch(IReadOnlyDictionary<RunId, StoredRun> runs, Dictionary<(FlowId, string), KeyClaim> keys, Dictionary<(FlowId, long), RunId?> occurrences)
{
    readonly Dictionary<RunId, RunChange> _changes = [];

    public IEnumerable<RunChange> Changes => _changes.Values;

    public StatsDelta Statistics { get; } = new();

    /// <summary>Keys that the batch claims, each with the run that held it before.</summary>
    public Dictionary<(FlowId Flow, string Key), (KeyClaim Claim, RunId? Before)> Keys { get; } = [];

    public List<(FlowId Flow, Occurrence Occurrence)> Occurrences { get; } = [];

    /// <summary>The newest of each flow and revision.</summary>
    public Dictionary<(FlowId Flow, int Revision), ScheduleRow> Schedules { get; } = [];

    /// <summary>A batch of fresh starts and of finishes of runs that run: what the store holds is not read but expected, and the write checks it. Null when the batch holds anything else.</summary>
    public static RunBatch? Expect(IReadOnlyList<JournalWrite> writes)
    {
        if (!writes.All(write => write is RunFinish or RunStart { IdempotencyKey: null, Trigger.DueTime: null, Progress: null }))
            return null;

        var started = writes.OfType<RunStart>().Select(start => start.Run).ToHashSet();
        var running = writes.OfType<RunFinish>().Where(finish => !started.Contains(finish.Run)).DistinctBy(finish => finish.Run)
            .ToDictionary(finish => finish.Run, finish => new StoredRun(finish.Flow, RunStatus.Running, finish.Attempt, 0, 0, null));
        return new RunBatch(running, [], []);
    }

    public RunWriteResult Apply(JournalWrite write) => write switch
    {
        RunStart start => StartAndAdvance(start),
        ScheduleProgress progress => Advance(progress),
        RunCheckpoint checkpoint => new(ChangeOf(checkpoint.Run).Checkpoint(checkpoint)),
        RunClaim claim => new(ChangeOf(claim.Run).Claim(claim)),
        RunFinish finish => new(Finish(finish)),
        RunDelete delete => new(ChangeOf(delete.Run).Delete(delete)),
        _ => throw new ArgumentException($"{write.GetType().Name} is no known write.", nameof(write)),
    };

    RunWriteResult StartAndAdvance(RunStart start)
    {
        var result = Start(start);
        if (start.Progress is { } progress)
            Advance(progress);
        return result;
    }

    RunWriteResult Advance(ScheduleProgress progress)
    {
        foreach (var outcome in progress.Outcomes)
            Add(progress.Flow, outcome);

        var key = (progress.Flow, progress.Row.Revision);
        if (!Schedules.TryGetValue(key, out var earlier) || earlier.HandledUntil <= progress.Row.HandledUntil)
            Schedules[key] = progress.Row;
        return new(RunWriteOutcome.Applied);
    }

    void Add(FlowId flow, Occurrence occurrence)
    {
        if (occurrences.TryAdd((flow, occurrence.DueTime.ToUnixTimeMilliseconds()), occurrence.RunId))
            Occurrences.Add((flow, occurrence));
    }

    RunWriteResult Start(RunStart start)
    {
        var change = ChangeOf(start.Run);
        if (change.Exists)
            return new(RunWriteOutcome.Repeated);
        if (FindClaim(start) is { } claim)
            return claim;

        Claim(start);
        change.Start(start);
        if (start.End is { } end)
            Finish(end);
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
            Add(start.Flow, new Occurrence { DueTime = due, Outcome = start.Outcome, RunId = start.Run });
    }

    RunWriteOutcome Finish(RunFinish finish)
    {
        if (finish.Status == RunStatus.Running)
            throw new ArgumentException($"{finish.Run} cannot finish as running.", nameof(finish));

        var outcome = ChangeOf(finish.Run).Finish(finish);
        if (outcome == RunWriteOutcome.Applied)
            Statistics.Add(finish.Flow, finish.Run, finish.Status, finish.FinishMilliseconds);
        return outcome;
    }

    static (FlowId, string) KeyOf(RunStart start) => (start.Flow, StoredText.Of(start.IdempotencyKey)!);

    RunChange ChangeOf(RunId run)
    {
        if (!_changes.TryGetValue(run, out var change))
            _changes.Add(run, change = new RunChange(run, runs.TryGetValue(run, out var stored) ? stored : null));
        return change;
    }
}
