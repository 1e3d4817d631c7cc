using System.Collections.Immutable;
using FlowRuns.Runs;
using FlowRuns.Storage;
using FlowRuns.Triggers;

namespace FlowRuns.Flows;

/// <summary>The newest runs of a flow, and every running one: what a flow's grain can answer without the store.</summary>
sealed class RecentRuns
{
    readonly int _capacity;
    readonly Dictionary<RunId, RunSummary> _running;
    readonly SortedList<RunId, RunSummary> _newest = [];
    bool _isComplete;

    public RecentRuns(FlowHistory history, int capacity)
    {
        _capacity = capacity;
        _isComplete = history.IsComplete;
        _running = history.Running.ToDictionary(r => r.Id);
        foreach (var run in history.Newest.Reverse())
            _newest.Add(run.Id, run);
    }

    public RunId NewestId => _newest.Count > 0 ? _newest.GetKeyAtIndex(_newest.Count - 1) : default;

    public ImmutableArray<RunId> Running => [.. _running.Keys];

    /// <summary>Runs under way that the flow's schedule started.</summary>
    public IEnumerable<RunId> Scheduled => _running.Values.Where(run => run.TriggerType == TriggerType.Schedule).Select(run => run.Id);

    public RunSummary? Find(RunId run) => _running.GetValueOrDefault(run) ?? _newest.GetValueOrDefault(run);

    public void Add(RunSummary run)
    {
        if (run.Status == RunStatus.Running)
            _running[run.Id] = run;
        else
            _running.Remove(run.Id);

        // A run older than the window belongs to the store alone: the window stays without gaps.
        if (_newest.ContainsKey(run.Id) || _isComplete || _newest.Count == 0 || run.Id > _newest.GetKeyAtIndex(0))
            _newest[run.Id] = run;
        if (_newest.Count >= 2 * _capacity)
            Trim();
    }

    public void Remove(RunId run)
    {
        _running.Remove(run);
        _newest.Remove(run);
    }

    /// <summary>The page, or null when older runs than these could belong to it.</summary>
    /// <param name="ever">The figures of all runs of the flow.</param>
    public RunPage? FindPage(RunQuery query, FlowStats ever)
    {
        var rows = NewestFirst().Where(query.Matches).Take(query.Limit + 1).ToList();
        if (rows.Count <= query.Limit)
        {
            if (!HoldsAll(query.Statuses, ever))
                return null;
            rows.AddRange(RunningBeforeNewest().Where(query.Matches).Take(query.Limit + 1 - rows.Count));
        }

        return new RunPage { Rows = [.. rows.Take(query.Limit)], HasMore = rows.Count > query.Limit };
    }

    /// <summary>Whether there is no older run of these statuses: of each there are as many here as there ever were, all of which a flow without failures has of its failures.</summary>
    bool HoldsAll(ImmutableArray<RunStatus> statuses, FlowStats ever) =>
        _isComplete || (!statuses.IsDefaultOrEmpty && statuses.All(status => status == RunStatus.Running || _newest.Values.Count(run => run.Status == status) == ever.Count(status)));

    IEnumerable<RunSummary> NewestFirst()
    {
        for (var i = _newest.Count - 1; i >= 0; i--)
            yield return _newest.GetValueAtIndex(i);
    }

    IEnumerable<RunSummary> RunningBeforeNewest() => _running.Values.Where(run => !_newest.ContainsKey(run.Id)).OrderByDescending(run => run.Id);

    void Trim()
    {
        // Removing at the front one by one would move all the rest each time.
        var keep = _newest.Skip(_newest.Count - _capacity).ToArray();
        _newest.Clear();
        foreach (var (id, run) in keep)
            _newest.Add(id, run);
        _isComplete = false;
    }
}
