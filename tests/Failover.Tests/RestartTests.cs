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
