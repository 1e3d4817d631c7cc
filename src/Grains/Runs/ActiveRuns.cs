using System.Collections.Concurrent;

namespace FlowRuns.Runs;

/// <summary>The runs that this silo executes right now: how the sweep sees that one is stuck, and how a stopping silo knows that it is done.</summary>
sealed class ActiveRuns
{
    readonly ConcurrentDictionary<RunId, Execution> _executions = new();
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile int _count;
    volatile bool _draining;
    volatile bool _abandoned;

    public int Count => _count;

    /// <summary>True once the silo is stopping: it starts no run and takes none over.</summary>
    public bool Draining => _draining;

    public bool Contains(RunId run) => _executions.ContainsKey(run);

    public void Add(RunId run, Execution execution)
    {
        if (_executions.TryAdd(run, execution))
            Interlocked.Increment(ref _count);
        else
            _executions[run] = execution;
        if (_abandoned)
            execution.Abandon();
    }

    /// <summary>Removes the run unless a newer attempt took its place.</summary>
    public void Remove(RunId run, Execution execution)
    {
        if (_executions.TryRemove(KeyValuePair.Create(run, execution)))
            Interlocked.Decrement(ref _count);
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

    /// <summary>Makes every execution, later ones too, stop where it stands; its run goes on elsewhere.</summary>
    public void Abandon()
    {
        _abandoned = true;
        foreach (var execution in _executions.Values)
            execution.Abandon();
    }
}
