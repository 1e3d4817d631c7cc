using Cronos;

namespace FlowRuns.Schedules;

/// <summary>When a cron expression is due in a zone, in UTC: Cronos knows the calendar, and what becomes of its times when the clocks change is decided here.</summary>
/// <remarks>Only offsets of UTC times are asked for. Where winter time counts as the saving one (Europe/Dublin), the runtime knows of no local time that is skipped or repeated.</remarks>
sealed class CronTimes
{
    static readonly DateTime Latest = DateTime.SpecifyKind(DateTime.MaxValue.AddDays(-7), DateTimeKind.Utc);

    readonly CronExpression _calendar;
    readonly TimeZoneInfo _zone;
    readonly bool _isBeat;

    CronTimes(CronExpression calendar, TimeZoneInfo zone, bool isBeat) => (_calendar, _zone, _isBeat) = (calendar, zone, isBeat);

    /// <exception cref="CronFormatException">The text is no cron expression.</exception>
    /// <exception cref="MissingSeedException">The text has an <c>H</c>.</exception>
    public static CronTimes Parse(string cron, TimeZoneInfo zone)
    {
        var fields = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var calendar = CronExpression.Parse(cron, fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        var isMacro = fields.Length == 1;
        var timeOfDay = (isMacro ? calendar.ToString().Split(' ') : fields)[..^3];
        return new CronTimes(calendar, zone, Array.Exists(timeOfDay, field => field.AsSpan().ContainsAny("*?-/")));
    }

    /// <summary>The first due time from this on.</summary>
    public DateTime? Next(DateTime from)
    {
        while (from < Latest)
        {
            var stretch = Stretch.Around(from, _zone);
            var first = FirstLocal(stretch);
            if (from > stretch.Start && from + stretch.Offset > first)
                first = from + stretch.Offset;

            if (_calendar.GetNextOccurrence(first, inclusive: true) is not { } local)
                return null;
            if (local < stretch.End + stretch.Offset)
                return stretch.At(local);
            from = stretch.End;
        }

        return null;
    }

    /// <summary>The last due time up to this.</summary>
    public DateTime? Last(DateTime until)
    {
        while (true)
        {
            var stretch = Stretch.Around(until, _zone);
            if (LastLocal(until + stretch.Offset) is not { } local)
                return null;
            if (local >= FirstLocal(stretch))
                return stretch.At(local);
            until = stretch.Start.AddTicks(-1);
        }
    }

    /// <remarks>From the first of a month, Cronos may go back to a month that the expression does not name: what it says is no occurrence then, and it is asked again.</remarks>
    DateTime? LastLocal(DateTime upTo)
    {
        var last = _calendar.GetPreviousOccurrence(upTo, inclusive: true);
        while (last is { } time && _calendar.GetNextOccurrence(time, inclusive: true) != time)
            last = _calendar.GetPreviousOccurrence(time);
        return last;
    }

    /// <summary>The first local time of a stretch that counts: skipped ones come due at its start, and repeated ones again only for a beat.</summary>
    DateTime FirstLocal(Stretch stretch) => stretch.Start + (_isBeat && stretch.Offset < stretch.OffsetBefore ? stretch.Offset : stretch.OffsetBefore);
}
