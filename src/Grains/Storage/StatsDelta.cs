using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage;

/// <summary>What one batch adds to the statistics: only writes that changed a row are counted into it. A run counts in the hour in which it started, however late it ends.</summary>
sealed class StatsDelta
{
    readonly Dictionary<(FlowId Flow, DateTimeOffset Hour), FlowStats> _hours = [];

    /// <summary>In the order of their keys: writers that take rows in it never wait for each other in a circle.</summary>
    public IReadOnlyList<(FlowId Flow, DateTimeOffset Hour, FlowStats Added)> Hours =>
        [.. _hours.OrderBy(hour => hour.Key.Flow.Value).ThenBy(hour => hour.Key.Hour).Select(hour => (hour.Key.Flow, hour.Key.Hour, hour.Value))];

    /// <summary>In the order of their keys.</summary>
    public IReadOnlyList<(FlowId Flow, FlowStats Added)> Flows =>
        [.. _hours.GroupBy(hour => hour.Key.Flow, hour => hour.Value).OrderBy(flow => flow.Key.Value).Select(flow => (flow.Key, FlowStats.Sum([.. flow])))];

    public void Started(FlowId flow, RunId run) => _hours[Hour(flow, run)] = Of(flow, run).WithStart(run);

    public void Finished(FlowId flow, RunId run, RunStatus status, long finishTime) =>
        _hours[Hour(flow, run)] = Of(flow, run).WithFinish(status, DateTimeOffset.FromUnixTimeMilliseconds(finishTime) - run.StartTime);

    FlowStats Of(FlowId flow, RunId run) => _hours.GetValueOrDefault(Hour(flow, run), FlowStats.None);

    static (FlowId Flow, DateTimeOffset Hour) Hour(FlowId flow, RunId run) => (flow, StatsInterval.Hour.Floor(run.StartTime));
}
