using FlowRuns.Failover.Tests.Load;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests;

/// <summary>Lets the process die exactly where a promise could break. Only debug builds have these places.</summary>
[Collection(SiloCollection.Name)]
public sealed class FailPointTests
{
#if !DEBUG
    const string NotHere = "Release builds have no fail points.";
#else
    const string? NotHere = null;
#endif

    [Theory(Skip = NotHere)]
    [InlineData("before-accept")]
    [InlineData("after-accept")]
    [InlineData("before-effect")]
    [InlineData("after-effect")]
    [InlineData("after-result")]
    [InlineData("in-terminal-commit")]
    public async Task Process_DiesAtTheWorstMoment_KeepsItsPromises(string place)
    {
        await using var load = await LoadRun.PrepareAsync(slow: TimeSpan.FromMilliseconds(20));
        using var first = await SiloProcess.StartReadyAsync(load.Settings with { More = new Dictionary<string, string> { ["FLOWRUNS_FAILPOINT"] = place } });
        await load.StartAsync(workerCount: 2, seed: 1);

        var exitCode = await first.WaitForExitAsync();

        load.Client.Stopped($"died {place}");
        Assert.Equal(137, exitCode);
        load.Client.Launched();
        using var second = await SiloProcess.StartReadyAsync(load.Settings);
        await load.StopAsync();
        var (isHealthy, text) = await load.JudgeAsync();
        Assert.True(isHealthy, text);
    }
}
