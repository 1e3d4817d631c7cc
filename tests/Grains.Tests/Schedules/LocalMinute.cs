namespace FlowRuns.Grains.Tests.Schedules;

/// <summary>One minute of a zone's history.</summary>
/// <param name="Skipped">How much local time the clocks jumped over just before it.</param>
/// <param name="IsRepeated">Whether the clocks have shown it before.</param>
readonly record struct LocalMinute(DateTime Utc, DateTime Local, TimeSpan Skipped, bool IsRepeated)
{
    public static IEnumerable<LocalMinute> Enumerate(TimeZoneInfo zone, DateTime first, DateTime end)
    {
        var minute = TimeSpan.FromMinutes(1);
        var before = first.AddDays(-1);
        var offset = zone.GetUtcOffset(before);
        var newest = before + offset;
        for (var utc = before; utc < end; utc += minute)
        {
            var now = zone.GetUtcOffset(utc);
            var local = utc + now;
            if (utc >= first)
                yield return new LocalMinute(utc, local, now > offset && local > newest + minute ? local - newest - minute : TimeSpan.Zero, local <= newest && utc > before);
            offset = now;
            newest = local > newest ? local : newest;
        }
    }
}
