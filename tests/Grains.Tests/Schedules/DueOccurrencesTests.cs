using System.Globalization;
using FlowRuns.Schedules;
using FlowRuns.Triggers;

namespace FlowRuns.Grains.Tests.Schedules;

public sealed class DueOccurrencesTests
{
    /// <summary>Due every minute since 09:00:00; each outcome is written as minute and first letter, a range as first..last.</summary>
    [Theory]
    [InlineData("ONE", "09:00:59", "")]
    [InlineData("ONE", "09:01:00", "1F")]
    [InlineData("ONE", "09:01:05", "1F")] // a busy moment is no outage
    [InlineData("ONE", "09:01:06", "1C")]
    [InlineData("ONE", "09:03:30", "1O 2O 3C")]
    [InlineData("ONE", "09:03:02", "1O 2O 3F")] // the one on time stands for those that were missed
    [InlineData("ONE 2m", "09:04:30", "1M:OutsideWindow 2M:OutsideWindow 3O 4C")]
    [InlineData("ONE 10s", "09:02:30", "1M:OutsideWindow 2M:OutsideWindow")]
    [InlineData("ALL", "09:03:30", "1C 2C 3C")]
    [InlineData("ALL 2", "09:04:30", "1M:OverLimit 2M:OverLimit 3C 4C")]
    [InlineData("ALL 2", "09:04:02", "1M:OverLimit 2C 3C 4F")] // what is on time is not caught up with
    [InlineData("ALL 2m 1", "09:04:30", "1M:OutsideWindow 2M:OutsideWindow 3M:OverLimit 4C")]
    [InlineData("NONE", "09:02:30", "1M:CatchUpNone 2M:CatchUpNone")]
    [InlineData("NONE", "09:02:03", "1M:CatchUpNone 2F")]
    [InlineData("ONE pause=09:02-09:04", "09:05:01", "1O 2M:Paused 3M:Paused 4O 5F")]
    [InlineData("ALL pause=09:00-09:03", "09:03:02", "1M:Paused 2M:Paused 3F")]
    [InlineData("ONE pause=09:00-10:00", "09:03:02", "1M:Paused 2M:Paused 3M:Paused")]
    public void Decide_EveryMinute_DoesWhatTheSettingsSay(string settings, string now, string expected)
    {
        var (catchUp, pause) = Parse(settings);
        var times = new DueTimes(Some.Schedule("* * * * *"), default, Some.Time);

        var (outcomes, handledUntil, hasMore) = DueOccurrences.Decide(times, catchUp, pause, Some.Time, At(now));

        Assert.Equal(expected, string.Join(' ', outcomes.Select(Text)));
        Assert.Equal(outcomes.IsEmpty ? Some.Time : outcomes[^1].DueTime, handledUntil);
        Assert.False(hasMore);
        Assert.Empty(DueOccurrences.Decide(times, catchUp, pause, handledUntil, At(now)).Outcomes);
    }

    [Fact]
    public void Decide_MonthOfEverySecond_ListsTheNewestAndCountsTheRestInBoundedSlices()
    {
        var times = new DueTimes(Some.Schedule("* * * * * *"), default, Some.Time);
        var now = Some.Time.AddDays(30).AddSeconds(10);
        var handled = Some.Time;
        var rows = new List<Occurrence>();
        for (var hasMore = true; hasMore;)
        {
            (var outcomes, handled, hasMore) = DueOccurrences.Decide(times, new CatchUp { Policy = CatchUpPolicy.All, Limit = 5 }, pause: null, handled, now);
            Assert.InRange(outcomes.Length, 1, DueOccurrences.MaxListed + 3);
            Assert.Equal(outcomes[^1].Until ?? outcomes[^1].DueTime, handled);
            rows.AddRange(outcomes);
        }

        Assert.Equal(now, handled);
        Assert.Equal((30 * 86_400) + 10, rows.Sum(row => row.Count ?? 1));
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal((pair.First.Until ?? pair.First.DueTime).AddSeconds(1), pair.Second.DueTime));
        Assert.Equal(5, rows.Count(row => row.Outcome == OccurrenceOutcome.CaughtUp));
        Assert.Equal(6, rows.Count(row => row.Outcome == OccurrenceOutcome.Fired));
        Assert.InRange(rows.Count, 1000, 1100);
    }

    [Fact]
    public void Decide_ClockWentBack_DecidesNothing()
    {
        var times = new DueTimes(Some.Schedule("* * * * *"), default, Some.Time);

        var (outcomes, handledUntil, _) = DueOccurrences.Decide(times, catchUp: null, pause: null, Some.Time.AddMinutes(5), Some.Time.AddMinutes(2));

        Assert.Empty(outcomes);
        Assert.Equal(Some.Time.AddMinutes(5), handledUntil);
    }

    [Fact]
    public void Decide_Jitter_WaitsForTheStart()
    {
        var times = new DueTimes(Some.Schedule("* * * * *") with { Jitter = TimeSpan.FromSeconds(50) }, default, Some.Time);
        var due = Some.Time.AddMinutes(1);
        var start = times.StartOf(due);

        Assert.Empty(DueOccurrences.Decide(times, catchUp: null, pause: null, Some.Time, start.AddMilliseconds(-1)).Outcomes);
        Assert.Equal(OccurrenceOutcome.Fired, Assert.Single(DueOccurrences.Decide(times, catchUp: null, pause: null, Some.Time, start.AddSeconds(4)).Outcomes).Outcome);
        Assert.NotEqual(due, start);
    }

    [Fact]
    public void Decide_Jitter_WindowCountsFromTheStart()
    {
        var times = new DueTimes(Some.Schedule("0 0 * * *") with { Jitter = TimeSpan.FromHours(20) }, default, Some.Time);
        var due = times.Next(Some.Time)!.Value;
        var start = times.StartOf(due);
        Assert.True(start - due > TimeSpan.FromHours(1));

        var missed = DueOccurrences.Decide(times, new CatchUp { Window = TimeSpan.FromHours(1) }, pause: null, Some.Time, start.AddMinutes(1));

        Assert.Equal(OccurrenceOutcome.CaughtUp, Assert.Single(missed.Outcomes).Outcome);
        Assert.Equal(OccurrenceOutcome.Missed, DueOccurrences.Decide(times, new CatchUp { Window = TimeSpan.FromHours(1) }, pause: null, Some.Time, start.AddMinutes(61)).Outcomes[0].Outcome);
    }

    [Fact]
    public void Decide_ScheduleEndsWithinTheJitter_StartsAtOnce()
    {
        var times = new DueTimes(Some.Schedule("* * * * *") with { Jitter = TimeSpan.FromSeconds(50) }, default, Some.Time);
        var due = Some.Time.AddMinutes(1);

        var (outcomes, handledUntil, _) = DueOccurrences.Decide(times, catchUp: null, pause: null, Some.Time, times.StartOf(due).AddMilliseconds(-1), isEnd: true);

        Assert.Equal(OccurrenceOutcome.Fired, Assert.Single(outcomes).Outcome);
        Assert.Equal(due, handledUntil);
    }

    static (CatchUp CatchUp, Pause? Pause) Parse(string settings)
    {
        var catchUp = new CatchUp();
        Pause? pause = null;
        foreach (var word in settings.Split(' '))
        {
            if (word.StartsWith("pause="))
                pause = new Pause(At(word[6..11] + ":00"), At(word[12..] + ":00"));
            else if (int.TryParse(word, out var limit))
                catchUp = catchUp with { Limit = limit };
            else if (Json.DurationTextConverter.TryParse(word, out var window))
                catchUp = catchUp with { Window = window };
            else
                catchUp = catchUp with { Policy = Enum.Parse<CatchUpPolicy>(word, ignoreCase: true) };
        }

        return (catchUp, pause);
    }

    static string Text(Occurrence occurrence)
    {
        var letter = occurrence.Outcome switch
        {
            OccurrenceOutcome.Fired => "F",
            OccurrenceOutcome.CaughtUp => "C",
            OccurrenceOutcome.Coalesced => "O",
            _ => $"M:{occurrence.Reason}",
        };
        return $"{occurrence.DueTime.Minute}{letter}";
    }

    static DateTimeOffset At(string time) => new(Some.Time.Date + TimeSpan.Parse(time, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
