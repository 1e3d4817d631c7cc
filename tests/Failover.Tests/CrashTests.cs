using FlowRuns.Failover.Tests.Load;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests;

/// <summary>Kills the product at random moments under load: nothing that it promised may be lost, doubled or stuck.</summary>
/// <remarks><c>FLOWRUNS_KILLS</c> sets how often (default 5), <c>FLOWRUNS_SEED</c> repeats an earlier test's moments.</remarks>
[Collection(SiloCollection.Name)]
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Run_ServerKilledAgainAndAgain_IsNeverLostDoubledOrStuck()
    {
        var kills = Setting.Find("FLOWRUNS_KILLS") ?? 5;
        var seed = Setting.Find("FLOWRUNS_SEED") ?? Random.Shared.Next();
        output.WriteLine($"FLOWRUNS_KILLS={kills} FLOWRUNS_SEED={seed}");
        var random = new Random(seed);
        await using var load = await LoadRun.PrepareAsync(slow: TimeSpan.FromMilliseconds(40));
        var silo = await SiloProcess.StartReadyAsync(load.Settings);
        try
        {
            await load.StartAsync(workerCount: 8, seed);
            for (var kill = 1; kill <= kills; kill++)
            {
                await Task.Delay(random.Next(200, 4000));
                await silo.KillAsync();
                load.Client.Stopped($"kill {kill}");
                silo.Dispose();
                load.Client.Launched();
                silo = SiloProcess.Start(load.Settings);
                // Now and then the next kill falls into the start itself.
                if (random.Next(5) > 0)
                    await silo.WaitReadyAsync();
            }

            await silo.WaitReadyAsync();
            await Task.Delay(random.Next(200, 1000));
            await load.StopAsync();
            var (isHealthy, text) = await load.JudgeAsync();

            output.WriteLine(text);
            Assert.True(isHealthy, $"FLOWRUNS_SEED={seed}\n{text}\n{silo.Output}");
        }
        finally
        {
            silo.Dispose();
        }
    }
}
