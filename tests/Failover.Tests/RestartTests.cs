using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FlowRuns.Failover.Tests.Load;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests;

/// <summary>Orderly ends and second starts.</summary>
[Collection(SiloCollection.Name)]
public sealed class RestartTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("flowruns-restart-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Start_DataDirectoryInUse_IsRefusedWhileTheFirstGoesOn()
    {
        using var first = await SiloProcess.StartReadyAsync(new() { DataDirectory = directory });
        using var second = SiloProcess.Start(new() { DataDirectory = directory });

        Assert.NotEqual(0, await second.WaitForExitAsync());
        Assert.Contains(directory, second.Output);
        Assert.DoesNotContain("   at ", second.Output);
        await first.WaitReadyAsync();
    }

    [Fact]
    public async Task Stop_WhileItStarts_IsNoCrash()
    {
        using var silo = SiloProcess.Start(new() { DataDirectory = directory });
        await UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(directory, "flowruns.db"))));

        var exitCode = await silo.StopAsync();

        // 143 is what the system makes of a SIGTERM that comes before the host listens for it.
        Assert.True(exitCode is 0 or 143, $"Exit code {exitCode}:\n{silo.Output}");
        Assert.DoesNotContain("Unhandled", silo.Output);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Stop_UnderLoad_ExitsWithZeroAndLosesNothing(string signal)
    {
        await using var load = await LoadRun.PrepareAsync(slow: TimeSpan.FromMilliseconds(300));
        using var first = await SiloProcess.StartReadyAsync(load.Settings);
        await load.StartAsync(workerCount: 4, seed: 1);
        await Task.Delay(TimeSpan.FromSeconds(2));

        var exitCode = await first.StopAsync(signal);

        Assert.True(exitCode == 0, $"Exit code {exitCode}:\n{first.Output}");
        load.Client.Stopped($"SIG{signal}");
        using var second = await SiloProcess.StartReadyAsync(load.Settings);
        await load.StopAsync();
        var (isHealthy, text) = await load.JudgeAsync();
        Assert.True(isHealthy, text);
    }

    [Fact]
    public async Task Stop_CallerWaitsForALongStep_IsToldAcceptedAndTheRunGoesOnAtTheNextStart()
    {
        await using var sink = await HttpSink.StartAsync(Path.Combine(directory, "sink.jsonl"), slow: TimeSpan.Zero);
        var settings = new SiloSettings { DataDirectory = directory, Egress = sink.Url.Authority, DrainTimeout = TimeSpan.FromSeconds(1) };
        using var http = new HttpClient { BaseAddress = new Uri(settings.Url, "/api/v1/"), DefaultRequestHeaders = { Authorization = new("Bearer", settings.Key) } };
        using var first = await SiloProcess.StartReadyAsync(settings);
        var flow = await PostAsync(http, "flows", new LoadFlow("Held", [LoadStep.Call("Hold", sink.Url, "/held")]).Definition);
        var waiting = http.PostAsJsonAsync($"flows/{flow.GetProperty("id").GetString()}/runs?wait=60", new { });
        await UntilAsync(() => Task.FromResult(sink.Log.Count == 1));

        var watch = Stopwatch.StartNew();
        var exitCode = await first.StopAsync();

        Assert.True(exitCode == 0, $"Exit code {exitCode}:\n{first.Output}");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 15);
        using var answer = await waiting;
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        using var second = await SiloProcess.StartReadyAsync(settings);
        await UntilAsync(async () => (await http.GetStringAsync(answer.Headers.Location)).Contains("\"SUCCEEDED\""));
        Assert.Equal(2, sink.Log.Count);
    }

    [Fact]
    public async Task Start_AfterAStop_KnowsFlowsRunsAndKeys()
    {
        var settings = new SiloSettings { DataDirectory = directory };
        using var http = new HttpClient { BaseAddress = new Uri(settings.Url, "/api/v1/") };
        var first = await SiloProcess.StartReadyAsync(settings);
        http.DefaultRequestHeaders.Authorization = new("Bearer", settings.Key);
        var key = await PostAsync(http, "keys", new { name = "reader", scope = "read" });
        var flow = await PostAsync(http, "flows", LoadFlow.All(settings.Url)[0].Definition);
        var flowPath = $"flows/{flow.GetProperty("id").GetString()}";
        var run = await PostAsync(http, $"{flowPath}/runs?wait=10", new { data = new { number = 1 } });
        string[] paths = [flowPath, $"{flowPath}/runs", $"{flowPath}/runs/{run.GetProperty("id").GetString()}", $"{flowPath}/runs/stats"];
        var before = await ReadAsync(http, paths);

        Assert.Equal(0, await first.StopAsync());
        first.Dispose();
        using var second = await SiloProcess.StartReadyAsync(settings);

        http.DefaultRequestHeaders.Authorization = new("Bearer", key.GetProperty("key").GetString());
        Assert.Equal("SUCCEEDED", run.GetProperty("status").GetString());
        Assert.Equal(before, await ReadAsync(http, paths));
        using var refused = await http.PostAsJsonAsync($"{flowPath}/runs", new { });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
            await Task.Delay(50, deadline.Token);
    }

    static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    static async Task<string[]> ReadAsync(HttpClient http, string[] paths)
    {
        var texts = new List<string>();
        foreach (var path in paths)
            texts.Add(await http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return [.. texts];
    }
}
