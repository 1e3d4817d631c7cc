using FlowRuns.Schedules;
using FlowRuns.Triggers;

namespace FlowRuns.Grains.Tests.Schedules;

public sealed class DueTimesTests
{
    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")] // 02:30 does not exist that night: due at the jump
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")] // ... and once
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")] // 02:30 comes twice: the first one
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")] // ... and not the second
    [InlineData("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z")] // a beat goes on through the repeated hour
    [InlineData("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")] // ... and over the skipped one
    [InlineData("*/20 * * * * *", null, "2026-04-21T09:00:05Z", "2026-04-21T09:00:20Z")]
    [InlineData("@hourly", null, "2026-04-21T09:00:00Z", "2026-04-21T10:00:00Z")]
    public void Next_Cron_IsAsDocumented(string cron, string? zone, string after, string expected)
    {
        var times = new DueTimes(Some.Schedule(cron, zone), default, Some.Time.AddYears(-10));

        Assert.Equal(DateTimeOffset.Parse(expected), times.Next(DateTimeOffset.Parse(after)));
    }

    [Theory]
    [InlineData("45 23,0 * 3,10 *", null, "2026-10-01T00:44:00Z", "2026-03-31T23:45:00Z")] // not the last evening of September
    [InlineData("0 1-3 * 1 *", null, "2026-01-01T00:59:00Z", "2025-01-31T03:00:00Z")]
    [InlineData("30 2 * * *", "Europe/Dublin", "2026-10-26T02:29:00Z", "2026-10-25T02:30:00Z")]
    [InlineData("30 1 * * *", "Europe/Dublin", "2026-03-29T12:00:00Z", "2026-03-29T01:00:00Z")] // 01:30 does not exist that night: due at the jump
    [InlineData("30 1 * * *", "Europe/Dublin", "2026-10-25T12:00:00Z", "2026-10-25T00:30:00Z")] // 01:30 comes twice: the first one
    [InlineData("*/30 * * * *", "Europe/Dublin", "2026-10-25T01:45:00Z", "2026-10-25T01:30:00Z")] // ... and both for a beat
    public void Last_Cron_IsTheOneBefore(string cron, string? zone, string upTo, string expected)
    {
        var times = new DueTimes(Some.Schedule(cron, zone), default, Some.Time.AddYears(-10));

        Assert.Equal(DateTimeOffset.Parse(expected), times.Last(DateTimeOffset.Parse(upTo)));
    }

    [Theory]
    [InlineData("2026-04-21T10:00:00Z", null, "2026-04-21T09:30:00Z", "2026-04-21T10:00:00Z")] // the start is the first beat
    [InlineData("2026-04-21T10:00:00Z", null, "2026-04-21T10:00:00Z", "2026-04-21T10:15:00Z")]
    [InlineData("2026-04-01T00:07:00Z", null, "2026-04-21T09:00:00Z", "2026-04-21T09:07:00Z")] // counted from the start, also when that is long past
    [InlineData(null, "2026-04-21T09:20:00Z", "2026-04-21T09:00:00Z", "2026-04-21T09:15:00Z")]
    [InlineData(null, "2026-04-21T09:15:00Z", "2026-04-21T09:00:00Z", null)] // the end is not due any more
    public void Next_EveryWithinStartAndEnd_CountsFromTheStart(string? starts, string? ends, string after, string? expected)
    {
        var trigger = Some.Schedule(cron: null) with { Every = TimeSpan.FromMinutes(15), StartsAt = Time(starts), EndsAt = Time(ends) };

        Assert.Equal(Time(expected), new DueTimes(trigger, default, Some.Time).Next(Time(after)!.Value));
    }

    [Fact]
    public void Last_BeforeItWasEnabled_IsNone()
    {
        var times = new DueTimes(Some.Schedule("* * * * *"), default, since: Some.Time);

        Assert.Null(times.Last(Some.Time.AddSeconds(59)));
        Assert.Equal(Some.Time.AddMinutes(1), times.Next(Some.Time.AddDays(-1)));
        Assert.Equal(Some.Time.AddMinutes(1), times.Last(Some.Time.AddMinutes(1)));
    }

    static DateTimeOffset? Time(string? text) => text is null ? null : DateTimeOffset.Parse(text);
}
