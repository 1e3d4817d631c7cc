using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage;

/// <summary>What one batch adds to the statistics: the runs that it really ended. A run counts in the hour in which it started, however late it ends.</summary>
sealed class StatsDelta
{
    readonly Dictionary<(FlowId Flow, DateTimeOffset Hour), FlowStats> _hours = [];

    /// <summary>In the order of their keys: writers that take rows in it never wait for each other in a circle.</summary>
    public IReadOnlyList<(FlowId Flow, DateTimeOffset Hour, FlowStats Added)> Hours =>
        [.. _hours.OrderBy(hour => hour.Key.Flow.Value).ThenBy(hour => hour.Key.Hour).Select(hour => (hour.Key.Flow, hour.Key.Hour, hour.Value))];

    /// <summary>In the order of their keys.</summary>
    public IReadOnlyList<(FlowId Flow, FlowStats Added)> Flows =>
        [.. _hours.GroupBy(hour => hour.Key.Flow, hour => hour.Value).OrderBy(flow => flow.Key.Value).Select(flow => (flow.Key, FlowStats.Sum([.. flow])))];

    public void Add(FlowId flow, RunId run, RunStatus status, long finishTime)
    {
        var hour = (flow, StatsInterval.Hour.Floor(run.StartTime));
        var duration = DateTimeOffset.FromUnixTimeMilliseconds(finishTime) - run.StartTime;
        _hours[hour] = _hours.GetValueOrDefault(hour, FlowStats.None).WithStart(run).WithFinish(status, duration);
    }
}
