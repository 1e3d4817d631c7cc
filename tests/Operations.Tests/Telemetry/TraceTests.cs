using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests.Telemetry;

/// <summary>What a collector gets of a run, from the real process.</summary>
[Collection(SiloCollection.Name)]
public sealed class TraceTests : IAsyncLifetime
{
    const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    const string CallerSpan = "b7ad6b7169203331";

    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-traces-").FullName;
    OtlpReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Run_StartedOverHttp_IsOneTraceFromTheRequestToTheLastStep()
    {
        var settings = new SiloSettings { DataDirectory = _directory, Egress = "127.0.0.1/32", More = _receiver.Settings };
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        var flow = await api.CreateFlowAsync(Flow(_receiver.Url));

        var run = await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20", new { }, ("traceparent", $"00-{TraceId}-{CallerSpan}-01"));

        Assert.Equal("SUCCEEDED", run.GetProperty("status").GetString());
        var spans = await Eventually.SeeAsync(() => Task.FromResult(_receiver.Spans), all => all.Any(span => span.Name == "run" && span.TraceId == TraceId) && all.Any(span => span.ParentId == CallerSpan));
        var trace = spans.Where(span => span.TraceId == TraceId).ToList();
        var request = Assert.Single(trace, span => span.ParentId == CallerSpan);
        var execution = Assert.Single(trace, span => span.Name == "run");
        TestContext.Current.SendDiagnosticMessage(request.Tree(trace));

        Assert.Equal("POST api/v1/flows/{flowId}/runs", request.Name.Replace("/api", "api").TrimEnd('/'));
        Assert.All(trace.Except([request]), span => Assert.Contains(trace, parent => parent.Id == span.ParentId));
        Assert.Equal(run.GetProperty("id").GetString(), execution.Tags["flowruns.run.id"]);
        Assert.Equal("SUCCEEDED", execution.Tags["flowruns.run.status"]);
        Assert.Equal(["make", "call"], trace.Where(span => span.Name == "step").OrderBy(span => span.Start).Select(span => span.Tags["flowruns.step"]));
        var call = trace.Single(span => span.Tags.GetValueOrDefault("flowruns.step") == "call");
        Assert.Equal(execution.Id, call.ParentId);
        Assert.Equal([$"00-{TraceId}-{call.Id}-01"], _receiver.TraceParents);
    }

    [Fact]
    public async Task TraceParent_TelemetryOff_IsHandedOnToWhatStepsCall()
    {
        var settings = new SiloSettings { DataDirectory = _directory, Egress = "127.0.0.1/32" };
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        var flow = await api.CreateFlowAsync(Flow(_receiver.Url));

        await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20", new { }, ("traceparent", $"00-{TraceId}-{CallerSpan}-01"));

        Assert.StartsWith($"00-{TraceId}-", Assert.Single(_receiver.TraceParents));
        Assert.Empty(_receiver.Everything);
    }

    [Fact]
    public async Task Secrets_InConnectionsInputsAndAddresses_StayOutOfSpansMetricsAndLogs()
    {
        const string token = "hush-of-the-connection";
        const string data = "hush-of-the-data";
        const string address = "hush-of-the-address";
        var settings = new SiloSettings
        {
            DataDirectory = _directory,
            Egress = "127.0.0.1/32",
            More = new Dictionary<string, string>(_receiver.Settings)
            {
                ["Logging__LogLevel__Default"] = "Debug",
                ["Logging__Console__FormatterName"] = "json",
                ["Logging__Console__FormatterOptions__IncludeScopes"] = "true",
            },
        };
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        await api.PostAsync("/api/v1/connections", new { name = "called", app = "http", value = new { baseUrl = _receiver.Url, bearer = token } });
        var flow = await api.CreateFlowAsync("""
            name: Secrets
            trigger: { type: MANUAL }
            steps:
              - name: Fail
                type: http.request
                connection: called
                input: { url: "/nowhere?key={{ trigger.body.address }}", method: POST, body: "{{ trigger.body }}" }
            """);

        var run = await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20&key={address}", new { data = new { data, address } });

        Assert.Equal("FAILED", run.GetProperty("status").GetString());
        await Eventually.SeeAsync(() => Task.FromResult(_receiver.Spans), all => all.Any(span => span.Name == "run"));
        await Eventually.SeeAsync(() => Task.FromResult(_receiver.Everything), all => all.Contains("flowruns.runs.finished"));
        await silo.StopAsync();
        Assert.All([token, data, address, settings.Key], secret =>
        {
            Assert.DoesNotContain(secret, _receiver.Everything);
            Assert.DoesNotContain(secret, silo.Output);
        });
        Assert.DoesNotContain("apikey_", _receiver.Everything);
    }

    static string Flow(string url) => $$$"""
        name: Traced
        trigger: { type: MANUAL }
        steps:
          - name: Make
            type: data.set
            input: { value: 1 }
          - name: Call
            type: http.request
            input: { url: "{{{url}}}/called", method: POST }
        """;
}
