using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;

namespace FlowRuns.Failover.Tests.Readme;

/// <summary>The load driver of <c>docs/performance.md</c>: it measures both profiles, and finds every run again.</summary>
[Collection(SiloCollection.Name)]
public sealed class LoadDriverTests
{
    [Fact]
    public async Task Run_ForASecond_FindsThatAllRunsEndedAndStatsEqualARecount()
    {
        Assert.SkipWhen(PrivatePostgres.FindBinaries() is null && Environment.GetEnvironmentVariable("CI") != "true", "No PostgreSQL was found: install one (Debian: apt-get install postgresql).");
        var directory = Directory.CreateTempSubdirectory("flowruns-load-driver-");
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var driver = new Terminal(
            directory.FullName,
            Path.Combine(directory.FullName, "output.txt"),
            $"dotnet {Repository.LoadDll} report5-real --profile postgres embedded --connections 2 --baseline 1 --warm-up 1 --duration 1",
            new Dictionary<string, string>());

        Assert.True(await driver.WaitForExitAsync(deadline.Token) == 0, driver.Output);

        Assert.Equal(2, driver.Output.Split("all ended, stats equal").Length - 1);
        directory.Delete(recursive: true);
    }
}
