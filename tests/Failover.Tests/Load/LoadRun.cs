using System.Net;
using FlowRuns.Failover.Checker;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Load;

/// <summary>One test's load from start to verdict: a data directory, the sink, and the client with its log.</summary>
sealed class LoadRun : IAsyncDisposable
{
    static readonly TimeSpan QuietDeadline = TimeSpan.FromSeconds(30);

    readonly string directory;
    readonly HttpSink sink;
    readonly RunLog<LogLine> log;
    readonly CancellationTokenSource stop = new();
    Task[] workers = [];
    bool isHealthy;

    LoadRun(string directory, HttpSink sink)
    {
        this.directory = directory;
        this.sink = sink;
        log = new(Path.Combine(directory, "client.jsonl"));
        Settings = new() { DataDirectory = Directory.CreateDirectory(Path.Combine(directory, "data")).FullName, Egress = sink.Url.Authority };
        Client = new([Settings.Url], Settings.Key, log);
    }

    /// <summary>Directory for whatever else belongs to the test's record.</summary>
    public string Folder => directory;

    /// <summary>Drives these servers instead of the one of <see cref="Settings"/>.</summary>
    public void Target(IReadOnlyList<Uri> urls) => Client = new(urls, Settings.Key, log);

    public SiloSettings Settings { get; }

    public LoadClient Client { get; private set; }

    /// <param name="address">Of the sink, for servers that do not reach this machine's loopback; null for that.</param>
    public static async Task<LoadRun> PrepareAsync(TimeSpan slow, IPAddress? address = null)
    {
        var fresh = Directory.CreateTempSubdirectory("flowruns-failover-").FullName;
        return new(fresh, await HttpSink.StartAsync(Path.Combine(fresh, "sink.jsonl"), slow, address));
    }

    /// <param name="pause">Of each worker between two starts; null for hardly any.</param>
    public async Task StartAsync(int workerCount, int seed, TimeSpan? pause = null)
    {
        await Client.DefineAsync(LoadFlow.All(sink.Url));
        workers = [.. Enumerable.Range(0, workerCount).Select(worker => Client.DriveAsync(worker, new Random(seed + worker), pause ?? LoadClient.Pause, stop.Token))];
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(workers);
    }

    /// <summary>Waits for the end of all runs and lets the checker judge.</summary>
    public async Task<(bool IsHealthy, string Text)> JudgeAsync()
    {
        var quiet = await Client.WaitUntilQuietAsync(QuietDeadline);
        log.Dispose();
        using var text = new StringWriter();
        await text.WriteLineAsync($"{directory}: {(quiet ? "all runs ended" : "runs go on")} within {QuietDeadline.TotalSeconds} s of the end of the load.");
        string[] args = ["--log", log.Path, "--sink", sink.Log.Path, "--api", Client.Url.ToString(), "--key", Settings.Key, "--save", Path.Combine(directory, "dump")];
        isHealthy = await Check.RunAsync(args, text) == 0 && quiet;
        return (isHealthy, text.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
        await sink.DisposeAsync();
        log.Dispose();
        stop.Dispose();
        // A failed test's record is what its reader needs.
        if (isHealthy)
            Directory.Delete(directory, recursive: true);
    }
}
