using FlowRuns.Runs;
using FlowRuns.Steps;

namespace FlowRuns.Storage.Postgres;

/// <summary>What the writes of one batch make of one run. Pure: the caller says what the store held, and writes what came of it.</summary>
sealed class RunChange(RunId run, StoredRun? before)
{
    StoredRun? _now = before;

    public RunId Run => run;

    /// <summary>As the batch finds it, once it is started.</summary>
    public StoredRun First { get; private set; } = before ?? default;

    public StoredRun Last => _now.GetValueOrDefault();

    public RunStart? Started { get; private set; }

    public bool HasProgressed { get; private set; }

    public List<(int Position, IReadOnlyList<StepResult> Results)> Checkpoints { get; } = [];

    public RunFinish? Finished { get; private set; }

    public bool IsDeleted { get; private set; }

    /// <summary>Whether the start has come already. A run that the same batch removed is not started again.</summary>
    public bool Exists => _now is not null || IsDeleted;

    public void Start(RunStart start)
    {
        Started = start;
        First = new StoredRun(start.Flow, RunStatus.Running, 1, start.Done.Length, 1 + StoredSteps.CountSucceeded(start.Done), null, start.Owner);
        _now = First;
        if (!start.Done.IsEmpty)
            Checkpoints.Add((0, start.Done));
    }

    public RunWriteOutcome Checkpoint(RunCheckpoint checkpoint)
    {
        if (_now is not { Status: RunStatus.Running } now || now.Attempt != checkpoint.Attempt)
            return RunWriteOutcome.Stale;

        var count = checkpoint.Results.Length;
        // A marker without results only ever rises: a repeat that comes late must not make an attempt forgotten.
        if (now.StepsDone != checkpoint.Position || (count == 0 && !(checkpoint.AttemptsBegun > (now.AttemptsBegun ?? 0))))
            return now.StepsDone >= checkpoint.Position + count ? RunWriteOutcome.Repeated : RunWriteOutcome.Stale;

        HasProgressed = true;
        _now = now with
        {
            StepsDone = now.StepsDone + count,
            StepsSucceeded = now.StepsSucceeded + StoredSteps.CountSucceeded(checkpoint.Results),
            AttemptsBegun = checkpoint.AttemptsBegun,
        };
        if (count > 0)
            Checkpoints.Add((checkpoint.Position, checkpoint.Results));
        return RunWriteOutcome.Applied;
    }

    public RunWriteOutcome Claim(RunClaim claim)
    {
        if (_now is not { Status: RunStatus.Running } now)
            return RunWriteOutcome.Stale;
        if (now.Attempt != claim.Attempt)
            return now.Attempt == claim.Attempt + 1 && now.Owner == claim.Owner ? RunWriteOutcome.Repeated : RunWriteOutcome.Stale;

        HasProgressed = true;
        _now = now with { Attempt = now.Attempt + 1, Owner = claim.Owner };
        return RunWriteOutcome.Applied;
    }

    public RunWriteOutcome Finish(RunFinish finish)
    {
        if (_now is not { } now || now.Attempt != finish.Attempt)
            return RunWriteOutcome.Stale;
        if (now.Status != RunStatus.Running || now.Flow != finish.Flow)
            return now.Status == finish.Status ? RunWriteOutcome.Repeated : RunWriteOutcome.Stale;

        Finished = finish;
        _now = now with { Status = finish.Status };
        return RunWriteOutcome.Applied;
    }

    public RunWriteOutcome Delete(RunDelete delete)
    {
        if (_now is not { Status: not RunStatus.Running } now || now.Flow != delete.Flow)
            return RunWriteOutcome.Stale;

        IsDeleted = true;
        _now = null;
        return RunWriteOutcome.Applied;
    }
}
