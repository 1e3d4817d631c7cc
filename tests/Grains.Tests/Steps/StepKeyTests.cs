using FlowRuns.Steps;

namespace FlowRuns.Grains.Tests.Steps;

public sealed class StepKeyTests
{
    [Theory]
    [InlineData("Query Database", "query_database")]
    [InlineData("  Send -- Slack/Message! ", "send_slack_message")]
    [InlineData("2nd step", "_2nd_step")]
    [InlineData("Größe", "gre")]
    [InlineData("日本", "step")]
    [InlineData("", "step")]
    [InlineData("already_a_key", "already_a_key")]
    public void FromName_AnyName_IsAKey(string name, string expected)
    {
        Assert.Equal(expected, StepKey.FromName(name));
        Assert.True(StepKey.IsValid(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("é")]
    public void IsValid_NoIdentifier_IsFalse(string key)
    {
        Assert.False(StepKey.IsValid(key));
    }
}
