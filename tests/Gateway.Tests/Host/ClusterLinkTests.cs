using FlowRuns.Gateway.Host;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FlowRuns.Gateway.Tests.Host;

public sealed class ClusterLinkTests
{
    [Fact]
    public async Task Connection_ThatFailsFromTheStart_IsTriedAgainAndItsReasonLoggedOnce()
    {
        var time = new FakeTimeProvider();
        using var log = new LogLines();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var link = new ClusterLink(services, time, logging.CreateLogger<ClusterLink>());

        foreach (var reason in new[] { "Failed to connect to 10.0.0.7:5432", "Could not find any gateway" })
        {
            var again = link.ShouldRetryConnectionAttempt(new InvalidOperationException(reason), CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await again);
        }

        Assert.Equal("No silo can be reached: Failed to connect to 10.0.0.7:5432", Assert.Single(log.AtLeast(LogLevel.Warning)).Text);
    }
}
