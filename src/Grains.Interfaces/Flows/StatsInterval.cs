using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Flows;

/// <summary>How wide the buckets of a series are: hours, or days in UTC. Statistics are kept by the hour.</summary>
[JsonConverter(typeof(LowerCaseConverter<StatsInterval>))]
public enum StatsInterval
{
    Hour,
    Day,
}

public static class StatsIntervals
{
    public static TimeSpan Length(this StatsInterval interval) => interval == StatsInterval.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);

    /// <summary>The start of the bucket that the time lies in.</summary>
    public static DateTimeOffset Floor(this StatsInterval interval, DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % interval.Length().Ticks), TimeSpan.Zero);

    /// <summary>The first start of a bucket that is not before the time; at the end of the calendar, its end.</summary>
    public static DateTimeOffset Ceiling(this StatsInterval interval, DateTimeOffset time)
    {
        var floor = interval.Floor(time);
        if (floor == time)
            return floor;
        return floor > DateTimeOffset.MaxValue - interval.Length() ? DateTimeOffset.MaxValue : floor + interval.Length();
    }
}
