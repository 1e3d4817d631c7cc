using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Outage;

/// <summary>What callers see while the database is away, and afterwards. The table of figures is in docs/reliability.md.</summary>
[Collection(SiloCollection.Name)]
public sealed class OutageTests(OutageFixture fixture, ITestOutputHelper output) : IClassFixture<OutageFixture>
{
    const long MemoryBound = 200 << 20;

    // The product promises two seconds, and ten until it is as fast again; the rest is for a machine that does other things as well.
    static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(5);
    static readonly TimeSpan HealBound = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Outage = TimeSpan.FromSeconds(6);

    static readonly TimeSpan Baseline = TimeSpan.FromSeconds(3);

    [Fact]
    public Task Outage_StoppedFast() => CheckAsync("stopped (fast)", p => p.StopAsync("fast"), p => p.StartAsync());

    [Fact]
    public Task Outage_StoppedImmediately() => CheckAsync("stopped (immediate)", p => p.StopAsync("immediate"), p => p.StartAsync());

    [Fact]
    public Task Outage_Killed() => CheckAsync("kill -9", p => p.KillAsync(), p => p.StartAsync());

    [Fact]
    public Task Outage_HeldUp() => CheckAsync("held up (SIGSTOP)", p => p.SignalAllAsync("STOP"), p => p.SignalAllAsync("CONT"));

    [Fact]
    public async Task Outage_TableLocked()
    {
        IAsyncDisposable? held = null;
        await CheckAsync("table locked", async p => held = await p.LockAsync("running_runs"), async _ => await held!.DisposeAsync(), readsAnswer: true);
    }

    [Fact]
    public async Task Outage_ConnectionsExhausted()
    {
        IAsyncDisposable? held = null;
        await CheckAsync("connections exhausted", async p => held = await p.TakeAllConnectionsAsync(), async _ => await held!.DisposeAsync());
    }

    [Fact]
    public async Task Outage_DiskFull()
    {
        Assert.SkipUnless(fixture.Postgres is null or { HasSmallDisk: true }, "A small file system of its own can be mounted by root only.");
        await CheckAsync(
            "disk full",
            p => p.FillDiskAsync(),
            async p =>
            {
                p.FreeDisk();
                // Without room for its log the server gives up; whether it comes to that depends on how much it had in reserve.
                if (!p.IsRunning)
                    await p.StartAsync();
            },
            readsAnswer: true);
    }

    /// <param name="readsAnswer">Whether some calls may succeed meanwhile.</param>
    async Task CheckAsync(string outage, Func<Postgres, Task> begin, Func<Postgres, Task> end, bool readsAnswer = false)
    {
        Assert.SkipWhen(fixture.Postgres is null && Environment.GetEnvironmentVariable("CI") != "true", "No PostgreSQL was found: install one (Debian: apt-get install postgresql).");
        Assert.NotNull(fixture.Postgres);
        var (postgres, client, warm, cold) = (fixture.Postgres, fixture.Client, fixture.WarmFlow, fixture.NextColdFlow());
        var (answers, promised) = (new ConcurrentQueue<OutageAnswer>(), new ConcurrentBag<string>());
        var rate = await DriveAsync(warm, Baseline, promised, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        var memory = fixture.Silo.Memory;

        await begin(postgres);
        try
        {
            await Task.WhenAll(
                DriveAsync(warm, Outage, promised, answers.Enqueue),
                AskAgainAsync(() => client.StartRunAsync(cold), answers),
                AskAgainAsync(() => client.AskAsync(HttpMethod.Get, $"flows/{cold}/runs/stats"), answers),
                AskAgainAsync(() => client.AskAsync(HttpMethod.Get, $"flows/{warm}/runs/stats?from=2026-01-01T00:00:00Z"), answers));
        }
        finally
        {
            memory = fixture.Silo.Memory - memory;
            await end(postgres);
        }

        var healed = await UntilHealedAsync(warm, fixture.NextColdFlow(), rate, promised);
        var slowest = answers.MaxBy(answer => answer.After)!;
        var missing = await CountMissingAsync(warm, promised);
        var row = string.Create(
            CultureInfo.InvariantCulture,
            $"| {outage} | {answers.Count(answer => answer.Status == HttpStatusCode.ServiceUnavailable)} | {answers.Count(answer => answer.Status != HttpStatusCode.ServiceUnavailable)} | {slowest.After.TotalSeconds:0.0} s | {memory / (1 << 20)} MB | {healed.TotalSeconds:0.0} s | {promised.Count} | {missing} |");
        output.WriteLine(row);
        if (Environment.GetEnvironmentVariable("FLOWRUNS_OUTAGE_TABLE") is { Length: > 0 } table)
            await File.AppendAllTextAsync(table, $"{row}\n");

        Assert.False(fixture.Silo.HasExited, fixture.Silo.Output);
        Assert.All(answers, answer => Assert.True(answer is { Status: HttpStatusCode.ServiceUnavailable, HasRetryAfter: true } || (readsAnswer && (int)answer.Status < 300) || answer.Run is not null, $"{answer}"));
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        Assert.True(slowest.After < AnswerBound, $"{slowest}");
        Assert.InRange(memory, long.MinValue, MemoryBound);
        Assert.InRange(healed, TimeSpan.Zero, HealBound);
        Assert.Equal(0, missing);
    }

    /// <summary>Starts runs from four callers; returns how many were started per second.</summary>
    async Task<double> DriveAsync(string flow, TimeSpan time, ConcurrentBag<string> promised, Action<OutageAnswer> answered)
    {
        var (since, started) = (Stopwatch.GetTimestamp(), 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(since) < time)
            {
                var answer = await fixture.Client.StartRunAsync(flow);
                answered(answer);
                if (answer.Run is not { } run)
                    continue;
                promised.Add(run);
                Interlocked.Increment(ref started);
            }
        }));
        return started / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    static async Task AskAgainAsync(Func<Task<OutageAnswer>> ask, ConcurrentQueue<OutageAnswer> answers)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < Outage;)
            answers.Enqueue(await ask());
    }

    /// <summary>How long it takes from now until a flow that is in memory and one that is not start runs again, as fast as half of before.</summary>
    async Task<TimeSpan> UntilHealedAsync(string warm, string cold, double rate, ConcurrentBag<string> promised)
    {
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since) < HealBound)
        {
            var again = await DriveAsync(warm, TimeSpan.FromSeconds(1), promised, _ => { });
            if (again >= rate / 2 && (await fixture.Client.StartRunAsync(cold)).Run is not null)
                return Stopwatch.GetElapsedTime(since) - TimeSpan.FromSeconds(1);
        }

        return TimeSpan.MaxValue;
    }

    /// <summary>How many of the runs that were answered 201 did not end well.</summary>
    async Task<int> CountMissingAsync(string flow, IEnumerable<string> promised)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30);)
        {
            if ((await fixture.Client.GetAsync($"flows/{flow}/runs/stats")).GetProperty("running").GetInt64() == 0)
                break;
            await Task.Delay(200);
        }

        var missing = 0;
        foreach (var run in promised)
            missing += (await fixture.Client.GetAsync($"flows/{flow}/runs/{run}")).TryGetProperty("status", out var status) && status.GetString() == "SUCCEEDED" ? 0 : 1;
        return missing;
    }
}
