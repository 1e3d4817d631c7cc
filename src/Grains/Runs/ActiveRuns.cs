using System.Collections.Concurrent;

namespace FlowRuns.Runs;

/// <summary>The runs that this silo executes right now: how the sweep sees that one is stuck, and how a stopping silo knows that it is done.</summary>
sealed class ActiveRuns
{
    readonly ConcurrentDictionary<RunId, Execution> _executions = new();
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _draining;

    public int Count => _executions.Count;

    /// <summary>True once the silo is stopping: it starts no run and takes none over.</summary>
    public bool Draining => _draining;

    public bool Contains(RunId run) => _executions.ContainsKey(run);

    public void Add(RunId run, Execution execution) => _executions[run] = execution;

    /// <summary>Removes the run unless a newer attempt took its place.</summary>
    public void Remove(RunId run, Execution execution)
    {
        _executions.TryRemove(KeyValuePair.Create(run, execution));
        if (_draining && _executions.IsEmpty)
            _drained.TrySetResult();
    }

    /// <summary>Lets no more runs in and completes when those under way have ended.</summary>
    public Task DrainAsync()
    {
        _draining = true;
        if (_executions.IsEmpty)
            _drained.TrySetResult();
        return _drained.Task;
    }

    /// <summary>Stops the steps that are under way: their runs go on elsewhere, or after the next start.</summary>
    public void AbandonAll()
    {
        foreach (var execution in _executions.Values)
            execution.Abandon();
    }
}
