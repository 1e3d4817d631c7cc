using System.Collections.Concurrent;

namespace FlowRuns.Failover.Tests.Cluster;

/// <summary>Does one harm after the other to a cluster, each once the cluster is well again after the one before.</summary>
sealed class Nemesis(ClusterRun cluster, Random random)
{
    readonly ConcurrentDictionary<string, int> counts = [];
    bool isDatabaseTroubled;

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

    /// <summary>Who is left is alone with the question who is dead.</summary>
    public async Task KillAllButOneAsync()
    {
        Count("kill of all but one");
        var spared = random.Next(cluster.Count);
        await cluster.KillAsync([.. Enumerable.Range(0, cluster.Count).Where(silo => silo != spared)]);
    }

    public async Task KillAllAsync()
    {
        Count("kill of all");
        await cluster.KillAsync([.. Enumerable.Range(0, cluster.Count)]);
    }

    public async Task SuspendOneAsync()
    {
        Count("suspension");
        await cluster.SuspendAsync(random.Next(cluster.Count));
    }

    public async Task CutOffOneAsync()
    {
        if (!cluster.HasNetwork)
            return;
        Count("silo cut off from the others");
        await cluster.CutOffAsync(random.Next(cluster.Count));
    }

    public async Task RollAsync()
    {
        Count("rolling restart");
        for (var silo = 0; silo < cluster.Count; silo++)
        {
            Assert.Equal(0, await cluster.StopAsync(silo, isDatabaseTroubled));
            await cluster.WaitReadyAsync();
        }
    }

    public async Task RestartDatabaseAsync()
    {
        Count("crash of PostgreSQL");
        await cluster.RestartDatabaseAsync();
    }

    /// <summary>Beside all else, until it is told to stop.</summary>
    public async Task TroubleDatabaseAsync(CancellationToken stop)
    {
        // Of its own: the order of the other harms must not depend on how long each takes.
        var pauses = new Random(1);
        isDatabaseTroubled = true;
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(pauses.Next(4, 20)), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (pauses.Next(4) == 0)
                await CutAnswersAsync();
            await RestartDatabaseAsync();
        }
    }

    public async Task CutAnswersAsync()
    {
        Count("cut of answers");
        cluster.Proxy.CutNextAnswers(20);
        await Task.Delay(TimeSpan.FromSeconds(1));
        cluster.Proxy.CutNextAnswers(0);
    }

    /// <summary>Anything, kills most often.</summary>
    public Task HarmAsync() => random.Next(40) switch
    {
        < 2 => KillAllAsync(),
        < 6 => KillAllButOneAsync(),
        < 8 => SuspendOneAsync(),
        < 10 => CutOffOneAsync(),
        10 => RollAsync(),
        _ => KillOneAsync(),
    };

    /// <summary>How many processes it has killed.</summary>
    public int Kills =>
        counts.GetValueOrDefault("kill") + (cluster.Count - 1) * counts.GetValueOrDefault("kill of all but one") + cluster.Count * counts.GetValueOrDefault("kill of all");

    void Count(string harm) => counts.AddOrUpdate(harm, 1, (_, count) => count + 1);
}
