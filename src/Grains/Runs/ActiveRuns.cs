using System.Collections.Concurrent;

namespace FlowRuns.Runs;

/// <summary>The runs that this silo executes right now: how the sweep sees that one is stuck, and how a stopping silo knows that it is done.</summary>
sealed class ActiveRuns
{
    readonly ConcurrentDictionary<RunId, int> _attempts = new();
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _draining;

    public int Count => _attempts.Count;

    /// <summary>True once the silo is stopping: it starts no run and takes none over.</summary>
    public bool Draining => _draining;

    public bool Contains(RunId run) => _attempts.ContainsKey(run);

    public void Add(RunId run, int attempt) => _attempts[run] = attempt;

    /// <summary>Removes the run unless a newer attempt took its place.</summary>
    public void Remove(RunId run, int attempt)
    {
        _attempts.TryRemove(KeyValuePair.Create(run, attempt));
        if (_draining && _attempts.IsEmpty)
            _drained.TrySetResult();
    }

    /// <summary>Lets no more runs in and completes when those under way have ended.</summary>
    public Task DrainAsync()
    {
        _draining = true;
        if (_attempts.IsEmpty)
            _drained.TrySetResult();
        return _drained.Task;
    }
}
