namespace FlowRuns.Schedules;

/// <summary>A time during which the clocks of a zone go evenly.</summary>
/// <param name="OffsetBefore">The offset just before <paramref name="Start"/>; another one when the clocks changed then.</param>
readonly record struct Stretch(DateTime Start, DateTime End, TimeSpan Offset, TimeSpan OffsetBefore)
{
    // No zone changes its clocks twice in so short a time; the shortest is the week of Asia/Gaza.
    static readonly TimeSpan Reach = TimeSpan.FromDays(3);

    /// <summary>Three days before and after a time in UTC, or less where the clocks change.</summary>
    public static Stretch Around(DateTime time, TimeZoneInfo zone)
    {
        var (before, after) = (time - Reach, time + Reach);
        return new Stretch(FirstUnlike(before, time, zone) ?? before, FirstUnlike(time, after, zone) ?? after, zone.GetUtcOffset(time), zone.GetUtcOffset(before));
    }

    /// <summary>When the clocks show this local time, or have jumped over it.</summary>
    public DateTime At(DateTime local) => local - Offset > Start ? local - Offset : Start;

    /// <summary>The tick at which the clocks change in between.</summary>
    static DateTime? FirstUnlike(DateTime from, DateTime to, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(from);
        if (zone.GetUtcOffset(to) == offset)
            return null;

        while (to.Ticks - from.Ticks > 1)
        {
            var middle = from.AddTicks((to.Ticks - from.Ticks) / 2);
            if (zone.GetUtcOffset(middle) == offset)
                from = middle;
            else
                to = middle;
        }

        return to;
    }
}
