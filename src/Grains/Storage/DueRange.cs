using FlowRuns.Schedules;

namespace FlowRuns.Storage;

/// <summary>Which due times a query's cursor and times leave: from <see cref="First"/> on, below <see cref="End"/>.</summary>
/// <remarks>Due times are whole milliseconds, a time that is asked for may lie between two: it is taken for the later one.</remarks>
readonly record struct DueRange(long First, long End)
{
    public static DueRange Of(OccurrenceQuery query) => new(
        query.From is { } from ? Ceiling(from) : long.MinValue,
        Math.Min(query.To is { } to ? Ceiling(to) : long.MaxValue, query.Before is { } before ? Ceiling(before) : long.MaxValue));

    public static long Ceiling(DateTimeOffset time) => (long)Math.Ceiling((time - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerMillisecond);
}
