using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage;

static class StatsHours
{
    /// <summary>The figures of hours, oldest first: finished runs as they are stored, and those under way in the hours in which they started.</summary>
    public static ImmutableArray<FlowStats> WithRunning(IEnumerable<FlowStats> finished, IEnumerable<RunId> running)
    {
        var hours = new SortedDictionary<DateTimeOffset, FlowStats>(finished.ToDictionary(hour => hour.From!.Value));
        foreach (var run in running)
        {
            var from = StatsInterval.Hour.Floor(run.StartTime);
            var hour = hours.TryGetValue(from, out var known) ? known : FlowStats.None with { From = from, To = from + StatsInterval.Hour.Length() };
            hours[from] = hour.WithStart(run);
        }

        return [.. hours.Values];
    }
}
