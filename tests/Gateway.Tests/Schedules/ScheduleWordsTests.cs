using FlowRuns.Gateway.Schedules;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Tests.Schedules;

public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("0 9 * * *", "At 09:00")]
    [InlineData("0 9 * * 1-5", "At 09:00 on Monday to Friday")]
    [InlineData("30 17 1,15 * *", "At 17:30 on day 1 and 15 of the month")]
    [InlineData("0 9 13 * FRI", "At 09:00 on day 13 of the month, if that is Friday")]
    [InlineData("0 0 L 2 *", "At 00:00 on day L of the month in February")]
    [InlineData("15 30 6 * * SUN,3", "At 06:30:15 on Sunday and Wednesday")]
    [InlineData("* * * * *", "Every minute")]
    [InlineData("*/15 * * * *", "Every 15 minutes")]
    [InlineData("*/7 * * * *", "At minute */7 of every hour")] // not every 7 minutes: it begins anew each hour
    [InlineData("0 */6 * * *", "Every 6 hours")]
    [InlineData("*/5 * * * * *", "Every 5 seconds")]
    [InlineData("5 * * * *", "At minute 5 of every hour")]
    [InlineData("0,30 8-18 * * *", "At minute 0 and 30 of hour 8 to 18")]
    [InlineData("@hourly", "Every hour")]
    [InlineData("@weekly", "At 00:00 on Sunday")]
    public void Of_Cron_SaysWhatItIs(string cron, string expected) =>
        Assert.Equal(expected, ScheduleWords.Of(new TriggerDefinition { Type = TriggerType.Schedule, Name = "Schedule Trigger", Cron = cron }));

    [Fact]
    public void Of_Every_SaysTheBeat() =>
        Assert.Equal("Every 90s", ScheduleWords.Of(new TriggerDefinition { Type = TriggerType.Schedule, Name = "Schedule Trigger", Every = TimeSpan.FromSeconds(90) }));
}
