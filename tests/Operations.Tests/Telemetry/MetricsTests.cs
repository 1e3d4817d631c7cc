using System.Net;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Telemetry;

/// <summary><c>/metrics</c> of the real process.</summary>
[Collection(SiloCollection.Name)]
public sealed class MetricsTests : IDisposable
{
    const string Key = "a-key-for-scrapers";

    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-metrics-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Metrics_AfterRuns_CountThemWithoutNamingThem()
    {
        var settings = new SiloSettings { DataDirectory = _directory };
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        var flow = await api.CreateFlowAsync("""
            name: Measured
            trigger: { type: MANUAL }
            steps:
              - { name: Fail, type: text.format, input: { text: "{{ trigger.body.a.b.toFixed() }}" } }
            """);
        var run = await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20", new { data = new { a = new { b = 1 } } });
        await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20", new { data = new { a = new { } } });

        var text = await api.Http.GetStringAsync("/metrics");

        Assert.Equal(2, Value(text, "flowruns_runs_started_total", "trigger=\"manual\""));
        Assert.Equal(1, Value(text, "flowruns_runs_finished_total", "status=\"succeeded\""));
        Assert.Equal(1, Value(text, "flowruns_runs_finished_total", "status=\"failed\""));
        Assert.Equal(1, Value(text, "flowruns_run_duration_seconds_count", "status=\"succeeded\""));
        Assert.Equal(1, Value(text, "flowruns_step_duration_seconds_count", "outcome=\"failed\",type=\"text.format\""));
        Assert.Equal(0, Value(text, "flowruns_runs_executing", ""));
        Assert.Equal(0, Value(text, "flowruns_journal_depth", ""));
        Assert.Equal(10_000, Value(text, "flowruns_journal_capacity", ""));
        Assert.InRange(Value(text, "flowruns_journal_batch_size_sum", ""), 4, 20);
        Assert.InRange(Value(text, "flowruns_journal_commit_duration_seconds_count", "outcome=\"committed\""), 1, 20);
        Assert.InRange(Value(text, "flowruns_sweep_age_seconds", ""), 0, 10);
        foreach (var counter in (string[])["flowruns_runs_recovered_total", "flowruns_writes_fenced_total", "flowruns_journal_refused_total"])
            Assert.Equal(0, Value(text, counter, ""));
        Assert.Contains("orleans_catalog_activations", text);
        Assert.DoesNotContain(run.GetProperty("id").GetString()!, text);
        Assert.DoesNotContain(flow, text);
    }

    [Fact]
    public async Task Metrics_WithoutAKey_AreForThisMachineAndNotForThoseBehindItsProxy()
    {
        var settings = new SiloSettings { DataDirectory = _directory };
        using var silo = await SiloProcess.StartReadyAsync(settings);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(settings));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(settings, ("X-Forwarded-For", "203.0.113.7")));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(settings, ("Forwarded", "for=203.0.113.7")));
    }

    [Fact]
    public async Task Metrics_WithAKey_AreForThoseWhoSendIt()
    {
        var settings = new SiloSettings { DataDirectory = _directory, More = new Dictionary<string, string> { ["FlowRuns__Metrics__Key"] = Key } };
        using var silo = await SiloProcess.StartReadyAsync(settings);

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(settings));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(settings, ("Authorization", $"Bearer {Key}x")));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(settings, ("Authorization", $"Bearer {settings.Key}")));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(settings, ("Authorization", $"Bearer {Key}"), ("X-Forwarded-For", "203.0.113.7")));
    }

    [Fact]
    public async Task Metrics_SwitchedOff_AreNotThere()
    {
        var settings = new SiloSettings { DataDirectory = _directory, More = new Dictionary<string, string> { ["FlowRuns__Metrics__Enabled"] = "false" } };
        using var silo = await SiloProcess.StartReadyAsync(settings);

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(settings));
    }

    [Fact]
    public async Task Key_TooShort_StopsTheStart()
    {
        using var silo = SiloProcess.Start(new() { DataDirectory = _directory, More = new Dictionary<string, string> { ["FlowRuns__Metrics__Key"] = "short" } });

        Assert.Equal(1, await silo.WaitForExitAsync());
        Assert.Contains("FlowRuns:Metrics:Key must be 16 to 256 visible ASCII characters", silo.Output);
    }

    static async Task<HttpStatusCode> AskAsync(SiloSettings settings, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.Url, "/metrics"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    static double Value(string metrics, string name, string labels)
    {
        var line = Assert.Single(metrics.Split('\n'), line => line.StartsWith($"{name}{{") && line.Contains(labels));
        return double.Parse(line.Split(' ')[1]);
    }
}
