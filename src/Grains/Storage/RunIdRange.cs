using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage;

/// <summary>Which ids a query's cursor and times leave: from <see cref="First"/> on, below <see cref="End"/>.</summary>
readonly record struct RunIdRange(RunId First, RunId End)
{
    static readonly RunId Last = new(new Guid([.. Enumerable.Repeat(byte.MaxValue, 16)], bigEndian: true));

    public static RunIdRange All { get; } = new(default, Last);

    public static RunIdRange Of(RunQuery query)
    {
        var first = query.StartedAfter is { } after ? FirstFrom(after) : default;
        var end = query.StartedBefore is { } until ? FirstFrom(until) : Last;
        return new RunIdRange(first, query.Before is { } before && before < end ? before : end);
    }

    public static RunIdRange Of(StatsWindow window) => Of(new RunQuery { Limit = 1, StartedAfter = window.From, StartedBefore = window.To });

    /// <summary>The smallest id of a run that started at the time or later. Ids know whole milliseconds, a time may lie between two.</summary>
    public static RunId FirstFrom(DateTimeOffset time)
    {
        var isWhole = time.UtcTicks % TimeSpan.TicksPerMillisecond == 0;
        if (!isWhole && time.UtcTicks > DateTimeOffset.MaxValue.UtcTicks - TimeSpan.TicksPerMillisecond)
            return Last;
        return RunId.FirstAt(isWhole ? time : time.AddMilliseconds(1));
    }
}
