using System.Diagnostics;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Cluster;

/// <summary>A cluster of real processes, troubled in every way that we know: nothing that it promised may be lost, doubled or stuck.</summary>
/// <remarks>The long form: <c>FLOWRUNS_KILLS=100 FLOWRUNS_MINUTES=20</c>; <c>FLOWRUNS_SEED</c> repeats an earlier test's choices.</remarks>
[Collection(SiloCollection.Name)]
public sealed class ClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Cluster_HarmedInEveryWay_LosesDoublesAndLeavesNothing()
    {
        var seed = Setting.Find("FLOWRUNS_SEED") ?? Random.Shared.Next();
        var (kills, minutes) = (Setting.Find("FLOWRUNS_KILLS"), Setting.Find("FLOWRUNS_MINUTES") ?? 60);
        output.WriteLine($"FLOWRUNS_SEED={seed}");
        await using var cluster = await ClusterRun.StartAsync(siloCount: 3, workers: 4, seed, isSeparate: true);
        var nemesis = new Nemesis(cluster, new Random(seed));
        var watch = Stopwatch.StartNew();

        await nemesis.KillOneAsync();
        await cluster.WaitReadyAsync();
        await nemesis.CutAnswersAsync();
        await nemesis.RestartDatabaseAsync();
        await nemesis.SuspendOneAsync();
        await cluster.WaitReadyAsync();
        await nemesis.CutOffOneAsync();
        await cluster.WaitReadyAsync();
        await nemesis.KillAllButOneAsync();
        await cluster.WaitReadyAsync();
        await nemesis.KillAllAsync();
        await cluster.WaitReadyAsync();
        if (kills is not null)
            await TroubleAsync(cluster, nemesis, kills.Value, TimeSpan.FromMinutes(minutes) - watch.Elapsed);

        await JudgeAsync(cluster, nemesis.Story);
        // One suspension may fall into a moment without runs; many do not.
        if (kills is not null)
            Assert.True(cluster.RejectedWrites > 0, "The suspended silos tried to write nothing.");
    }

    [Fact]
    public async Task RollingRestart_UnderLoad_FailsNoRequestThatIsRepeatedOnceAndRepeatsNoStep()
    {
        await using var cluster = await ClusterRun.StartAsync(siloCount: 3, workers: 4, seed: 1);
        var nemesis = new Nemesis(cluster, new Random(1));

        await nemesis.RollAsync();

        // The client's log knows of no stop of the server, so the checker allows no step a second call.
        await JudgeAsync(cluster, nemesis.Story);
        Assert.Empty(cluster.Load.Client.Failures);
    }

    [Fact]
    public async Task Upgrade_PreviousBuildBesideTheCurrentOne_ServesTheSameFlows()
    {
        var previous = Environment.GetEnvironmentVariable("FLOWRUNS_PREVIOUS_SILO");
        Assert.SkipWhen(previous is null, "FLOWRUNS_PREVIOUS_SILO names no FlowRuns.Silo.dll of the previous release; nothing has been released yet.");
        await using var cluster = await ClusterRun.StartAsync(siloCount: 2, workers: 4, seed: 2, firstSilo: previous);

        await cluster.KillAsync(0);
        await cluster.WaitReadyAsync();
        await cluster.KillAsync(1);
        await cluster.WaitReadyAsync();

        await JudgeAsync(cluster, "previous and current build side by side, each killed once");
    }

    static async Task TroubleAsync(ClusterRun cluster, Nemesis nemesis, int kills, TimeSpan length)
    {
        using var stop = new CancellationTokenSource(length > TimeSpan.Zero ? length : TimeSpan.Zero);
        var database = nemesis.TroubleDatabaseAsync(stop.Token);
        while (nemesis.Kills < kills && !stop.IsCancellationRequested)
        {
            await nemesis.HarmAsync();
            await cluster.WaitReadyAsync();
        }

        await stop.CancelAsync();
        await database;
        await cluster.WaitReadyAsync();
    }

    async Task JudgeAsync(ClusterRun cluster, string story)
    {
        await cluster.Load.StopAsync();
        var (isHealthy, text) = await cluster.Load.JudgeAsync();
        var facts = $"{story}\n{text}\n{cluster.Proxy.CutCount} connections cut after their request, {cluster.RejectedWrites} writes of silos taken for dead rejected, {cluster.RepeatedStarts} starts repeated.";
        output.WriteLine(facts);
        await File.WriteAllTextAsync(Path.Combine(cluster.Load.Folder, "output.txt"), cluster.Output);
        Assert.True(isHealthy, $"{facts}\n{cluster.Load.Folder}/output.txt");
    }
}
