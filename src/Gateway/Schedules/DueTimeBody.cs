using System.Globalization;

namespace FlowRuns.Gateway.Schedules;

/// <param name="Time">In UTC.</param>
/// <param name="Local">The same time in the schedule's zone, with its offset there.</param>
sealed record DueTimeBody(DateTimeOffset Time, string Local)
{
    public static DueTimeBody Of(DateTimeOffset time, TimeZoneInfo zone) =>
        new(time, TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
}
