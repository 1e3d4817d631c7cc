using System.Collections.Immutable;
using FlowRuns.Runs;

namespace FlowRuns.Flows;

/// <summary>The newest runs of a flow that ended with a status, without a gap.</summary>
sealed class RunWindow
{
    readonly int _capacity;
    readonly SortedList<RunId, RunSummary> _runs = [];

    /// <param name="newest">As many as the window is to hold, newest first, or all there are.</param>
    public RunWindow(RunStatus status, ImmutableArray<RunSummary> newest, int capacity)
    {
        Status = status;
        _capacity = capacity;
        First = newest.Length < capacity ? default : newest[^1].Id;
        foreach (var run in newest.Reverse())
            _runs.Add(run.Id, run);
    }

    public RunStatus Status { get; }

    /// <summary>Every run of the status from this id on is here; older ones are the store's alone.</summary>
    public RunId First { get; private set; }

    public RunId NewestId => _runs.Count > 0 ? _runs.GetKeyAtIndex(_runs.Count - 1) : default;

    public RunSummary? Find(RunId run) => _runs.GetValueOrDefault(run);

    public void Add(RunSummary run)
    {
        if (run.Id >= First)
            _runs[run.Id] = run;
        if (_runs.Count >= 2 * _capacity)
            LeaveBefore(_runs.GetKeyAtIndex(_runs.Count - _capacity));
    }

    public void Remove(RunId run) => _runs.Remove(run);

    /// <summary>Forgets what is older, if there is any.</summary>
    public void LeaveBefore(RunId first)
    {
        if (_runs.Count == 0 || _runs.GetKeyAtIndex(0) >= first)
            return;

        // Removing at the front one by one would move all the rest each time.
        var keep = _runs.Where(run => run.Key >= first).ToArray();
        _runs.Clear();
        foreach (var (id, run) in keep)
            _runs.Add(id, run);
        First = first;
    }

    public IEnumerable<RunSummary> NewestFirst()
    {
        for (var i = _runs.Count - 1; i >= 0; i--)
            yield return _runs.GetValueAtIndex(i);
    }
}
