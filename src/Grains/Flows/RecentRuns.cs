using System.Collections.Immutable;
using FlowRuns.Runs;
using FlowRuns.Storage;
using FlowRuns.Triggers;

namespace FlowRuns.Flows;

/// <summary>The newest runs of a flow, of each status, and every running one: what a flow's grain can answer without the store.</summary>
sealed class RecentRuns
{
    readonly Dictionary<RunId, RunSummary> _running;
    readonly ImmutableArray<RunWindow> _windows;

    public RecentRuns(FlowHistory history, int capacity)
    {
        _running = history.Running.ToDictionary(r => r.Id);
        _windows = [.. FlowHistory.EndedStatuses.Select(status => new RunWindow(status, [.. history.Newest.Where(run => run.Status == status)], capacity))];
    }

    public RunId NewestId => _running.Keys.Concat(_windows.Select(window => window.NewestId)).Max();

    public ImmutableArray<RunSummary> Running => [.. _running.Values];

    /// <summary>Runs under way that the flow's schedule started.</summary>
    public IEnumerable<RunId> Scheduled => _running.Values.Where(run => run.TriggerType == TriggerType.Schedule).Select(run => run.Id);

    public RunSummary? Find(RunId run) => _running.GetValueOrDefault(run) ?? _windows.Select(window => window.Find(run)).FirstOrDefault(found => found is not null);

    public void Add(RunSummary run)
    {
        if (run.Status == RunStatus.Running)
        {
            _running[run.Id] = run;
            return;
        }

        _running.Remove(run.Id);
        _windows.Single(window => window.Status == run.Status).Add(run);
    }

    public void Remove(RunId run)
    {
        _running.Remove(run);
        foreach (var window in _windows)
            window.Remove(run);
    }

    /// <summary>Forgets what has ended and is older: whether that is there at all, the store knows.</summary>
    public void LeaveBefore(RunId first)
    {
        foreach (var window in _windows)
            window.LeaveBefore(first);
    }

    /// <summary>The page, or null when older runs than these could belong to it.</summary>
    public RunPage? FindPage(RunQuery query)
    {
        var windows = _windows.Where(window => query.Asks(window.Status)).ToList();
        var (first, end) = RunIdRange.Of(query);
        var known = windows.Select(window => window.First).Append(first).Max();
        if (known > first && known >= end)
            return null;

        var rows = windows.SelectMany(window => window.NewestFirst().Where(query.Matches).Take(query.Limit + 1))
            .Concat(_running.Values.Where(query.Matches))
            .Where(run => run.Id >= known)
            .OrderByDescending(run => run.Id)
            .Take(query.Limit + 1)
            .ToList();

        var hasMore = rows.Count > query.Limit;
        return hasMore || known == first ? new RunPage { Rows = [.. rows.Take(query.Limit)], HasMore = hasMore } : null;
    }
}
