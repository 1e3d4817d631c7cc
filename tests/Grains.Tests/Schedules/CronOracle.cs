namespace FlowRuns.Grains.Tests.Schedules;

/// <summary>When a cron expression of five fields is due, found out minute by minute: an independent reading of the rules in docs/schedules.md.</summary>
sealed class CronOracle
{
    readonly bool[][] _fields;
    readonly bool _isBeat;

    public CronOracle(string cron)
    {
        var fields = cron.Split(' ');
        (int Min, int Max)[] ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];
        _fields = [.. fields.Zip(ranges, (field, range) => Parse(field, range.Min, range.Max))];
        _isBeat = fields[..2].Any(field => field.AsSpan().ContainsAny("*-/"));
    }

    /// <summary>The minutes seen that are due.</summary>
    public List<DateTimeOffset> Due { get; } = [];

    public void See(LocalMinute minute)
    {
        var isDue = Matches(minute.Local) && (_isBeat || !minute.IsRepeated);
        for (var skipped = minute.Local - minute.Skipped; !isDue && skipped < minute.Local; skipped += TimeSpan.FromMinutes(1))
            isDue = Matches(skipped);
        if (isDue)
            Due.Add(new DateTimeOffset(minute.Utc, TimeSpan.Zero));
    }

    bool Matches(DateTime local) =>
        _fields[0][local.Minute] && _fields[1][local.Hour] && _fields[2][local.Day] && _fields[3][local.Month] && _fields[4][(int)local.DayOfWeek];

    static bool[] Parse(string field, int min, int max)
    {
        var matches = new bool[max + 1];
        foreach (var value in field.Split(',').SelectMany(part => ParsePart(part, min, max)))
            matches[value] = true;
        return matches;
    }

    static IEnumerable<int> ParsePart(string part, int min, int max)
    {
        var (range, step) = part.Split('/') is [var whole, var every] ? (whole, int.Parse(every)) : (part, 1);
        var (from, to) = range == "*" ? (min, max) : range.Split('-') is [var first, var last] ? (int.Parse(first), int.Parse(last)) : (int.Parse(range), int.Parse(range));
        for (var value = from; value <= to; value += step)
            yield return value;
    }
}
