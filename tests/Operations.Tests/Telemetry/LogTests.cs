using System.Text.Json;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Telemetry;

/// <summary>The lines that the real process logs for machines.</summary>
[Collection(SiloCollection.Name)]
public sealed class LogTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-logs-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Line_OfARun_CarriesTheIdsOfRunAndFlow()
    {
        var settings = new SiloSettings
        {
            DataDirectory = _directory,
            DrainTimeout = TimeSpan.FromSeconds(1),
            Egress = "127.0.0.1/32",
            More = new Dictionary<string, string> { ["Logging__Console__FormatterName"] = "json", ["Logging__Console__FormatterOptions__IncludeScopes"] = "true" },
        };
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        var flow = await api.CreateFlowAsync("""
            name: Long
            trigger: { type: MANUAL }
            steps:
              - { name: Call, type: http.request, input: { url: "http://127.0.0.1:1/" }, retry: { maxAttempts: 2, initialDelay: 1h, maxDelay: 1h } }
            """);
        var run = (await api.PostAsync($"/api/v1/flows/{flow}/runs", new { })).GetProperty("id").GetString();

        await silo.StopAsync();

        var line = JsonElement.Parse(Assert.Single(silo.Output.Split('\n'), line => line.Contains("leaves this process")));
        var scope = Assert.Single(line.GetProperty("Scopes").EnumerateArray(), scope => scope.TryGetProperty("RunId", out _));
        Assert.Equal((run, flow), (scope.GetProperty("RunId").GetString(), scope.GetProperty("FlowId").GetString()));
    }
}
