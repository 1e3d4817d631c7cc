namespace FlowRuns.Failover.Tests.Cluster;

/// <summary>Does one harm after the other to a cluster, each once the cluster is well again after the one before.</summary>
sealed class Nemesis(ClusterRun cluster, Random random)
{
    /// <summary>Longer than the other silos need to take a silent one for dead.</summary>
    static readonly TimeSpan DeathDetection = TimeSpan.FromSeconds(8);

    readonly Dictionary<string, int> counts = [];

    public string Story => string.Join(", ", counts.Select(count => $"{count.Value} x {count.Key}"));

    public Task KillOneAsync() => KillAsync(random.Next(cluster.Count));

    public async Task KillAsync(int silo)
    {
        Count("kill");
        await cluster.KillAsync(silo);
    }

    public async Task KillOneForGoodAsync()
    {
        Count("kill for good");
        await cluster.KillForGoodAsync(random.Next(cluster.Count));
    }

    public async Task KillAllAsync()
    {
        Count("kill of all");
        await cluster.KillAsync([.. Enumerable.Range(0, cluster.Count)]);
    }

    public async Task SuspendOneAsync()
    {
        Count("suspension");
        await cluster.SuspendAsync(random.Next(cluster.Count), DeathDetection);
    }

    public async Task RollAsync()
    {
        Count("rolling restart");
        for (var silo = 0; silo < cluster.Count; silo++)
        {
            Assert.Equal(0, await cluster.StopAsync(silo));
            await cluster.WaitReadyAsync();
        }
    }

    public async Task RestartDatabaseAsync()
    {
        Count("crash of PostgreSQL");
        await cluster.RestartDatabaseAsync();
    }

    public async Task CutAnswersAsync()
    {
        Count("cut of answers");
        cluster.Proxy.CutNextAnswers(20);
        await Task.Delay(TimeSpan.FromSeconds(1));
        cluster.Proxy.CutNextAnswers(0);
    }

    /// <summary>Anything, kills most often.</summary>
    public Task HarmAsync() => random.Next(20) switch
    {
        0 => KillAllAsync(),
        1 or 2 => SuspendOneAsync(),
        3 => RollAsync(),
        4 or 5 or 6 => RestartDatabaseAsync(),
        7 or 8 => CutAnswersAsync(),
        _ => KillOneAsync(),
    };

    public int Kills => counts.GetValueOrDefault("kill") + counts.GetValueOrDefault("kill of all");

    void Count(string harm) => counts[harm] = counts.GetValueOrDefault(harm) + 1;
}
