using FlowRuns.Flows;

namespace FlowRuns.Gateway.Runs;

/// <summary>What the query strings of statistics ask for, widened to whole hours or days.</summary>
static class StatsParameters
{
    /// <summary>A month of hours, or two years of days.</summary>
    public const int MaxBuckets = 31 * 24;

    /// <summary>null when none is asked for.</summary>
    public static StatsWindow? ReadWindow(IQueryCollection query)
    {
        var parameters = new QueryParameters(query);
        var (from, to) = ReadTimes(parameters);
        parameters.ThrowIfRefused();
        return from is null && to is null ? null : StatsWindow.Around(from, to, StatsInterval.Hour);
    }

    public static (StatsWindow Window, StatsInterval Interval) ReadSeries(IQueryCollection query)
    {
        var parameters = new QueryParameters(query);
        parameters.Require("from", "to");
        var (from, to) = ReadTimes(parameters);
        var interval = parameters.Choice<StatsInterval>("interval") ?? StatsInterval.Hour;
        parameters.ThrowIfRefused();

        var window = StatsWindow.Around(from, to, interval);
        if (window.Count(interval) is var count and > MaxBuckets)
            parameters.Refuse("to", $"makes {count} buckets with from; at most {MaxBuckets} can be asked for at once: ask for a shorter time, or for days.");
        parameters.ThrowIfRefused();
        return (window, interval);
    }

    static (DateTimeOffset? From, DateTimeOffset? To) ReadTimes(QueryParameters parameters)
    {
        var (from, to) = (parameters.Time("from"), parameters.Time("to"));
        if (from >= to)
            parameters.Refuse("to", "must be later than from.");
        return (from, to);
    }
}
