using FlowRuns.Gateway.Auth;

namespace FlowRuns.Gateway.Tests;

public sealed class ApiKeyFormatTests
{
    [Theory]
    [InlineData("fs_live_", 32, true)]
    [InlineData("fs_test_", 128, true)]
    [InlineData("fs_test_A_z_09_", 40, true)]
    [InlineData("fs_live_", 31, false)]
    [InlineData("fs_live_", 129, false)]
    [InlineData("fs_prod_", 40, false)]
    [InlineData("FS_LIVE_", 40, false)]
    [InlineData("fs_live_-", 40, false)]
    [InlineData("fs_live_ ", 40, false)]
    [InlineData("fs_live_\u00e4", 40, false)]
    [InlineData("fs_live_\u0661", 40, false)]
    public void Key_PaddedToLength_IsWellFormedOnlyByTheRules(string start, int length, bool expected)
    {
        Assert.Equal(expected, ApiKeyFormat.IsWellFormed(start.PadRight(length, 'x')));
    }
}
