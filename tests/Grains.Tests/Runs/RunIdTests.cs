using FlowRuns.Json;
using FlowRuns.Runs;

namespace FlowRuns.Grains.Tests;

public sealed class RunIdTests
{
    [Fact]
    public void Parse_ItsOwnText_GivesTheSameIdAndTime()
    {
        var time = DateTimeOffset.Parse("2026-04-21T09:00:02.340Z");
        var id = RunId.Next(default, time);

        Assert.Equal(id, RunId.Parse(id.ToString(), null));
        Assert.Equal(time, id.StartTime);
        Assert.Matches("^run_[0-9a-z]{26}$", id.ToString());
    }

    [Fact]
    public void Next_SameMillisecondOrClockSetBack_IsGreater()
    {
        var time = DateTimeOffset.Parse("2026-04-21T09:00:02.340Z");
        var previous = RunId.Next(default, time);

        for (var i = 0; i < 1000; i++)
        {
            var next = RunId.Next(previous, time.AddMilliseconds(-i));
            Assert.True(next > previous);
            Assert.True(string.CompareOrdinal(next.ToString(), previous.ToString()) > 0);
            Assert.Equal(time, next.StartTime);
            previous = next;
        }
    }

    [Theory]
    [InlineData("2026-04-21T09:00:00Z", "2026-04-21T09:00:00Z")]
    [InlineData("2026-04-21T11:00:02.34+02:00", "2026-04-21T09:00:02.340Z")]
    public void UtcTime_Formatted_HasNoFractionOrThreeDecimals(string time, string expected)
    {
        Assert.Equal(expected, UtcTimeConverter.Format(DateTimeOffset.Parse(time)));
    }
}
