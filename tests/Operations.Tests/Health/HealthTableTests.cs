using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;

namespace FlowRuns.Operations.Tests.Health;

/// <summary>Provokes every state of a silo and holds what its probes answer against the table in <c>docs/kubernetes.md</c>.</summary>
[Collection(SiloCollection.Name)]
public sealed class HealthTableTests(PostgresServer server) : IAsyncLifetime
{
    FragileCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await FragileCluster.CreateAsync(server);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Probes_WhileItStartsAndAfter_AnswerAsDocumented()
    {
        var settings = _cluster.Settings();
        using var silo = SiloProcess.Start(settings);

        await SeeAsync(settings, "starting");
        await silo.WaitReadyAsync();
        await SeeAsync(settings, "ready");
    }

    [Fact]
    public async Task Probes_DatabaseAway_AnswerAsDocumentedAndHeal()
    {
        var settings = _cluster.Settings();
        using var silo = await SiloProcess.StartReadyAsync(settings);

        _cluster.Database.Cut();
        await SeeAsync(settings, "database away");
        _cluster.Database.Restore();
        await SeeAsync(settings, "ready");
    }

    [Fact]
    public async Task Probes_JournalFull_AnswerAsDocumentedAndHeal()
    {
        var settings = _cluster.Settings(("FlowRuns__Journal__Capacity", "1"), ("FlowRuns__Journal__MaxBatch", "1"), ("FlowRuns__Journal__CommitTimeout", "00:00:20"));
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        var flow = await api.CreateFlowAsync("""{ "name": "Full", "trigger": { "type": "MANUAL" }, "steps": [] }""");

        _cluster.Database.Stall();
        var starts = Enumerable.Range(0, 4).Select(_ => api.Http.PostAsync($"/api/v1/flows/{flow}/runs", content: null)).ToList();
        await SeeAsync(settings, "journal full");
        _cluster.Database.Restore();
        await SeeAsync(settings, "ready");
        foreach (var answer in await Task.WhenAll(starts))
            Assert.Contains((int)answer.StatusCode, (int[])[201, 503]);
    }

    [Theory]
    [InlineData("All")]
    [InlineData("Silo")]
    public async Task Probes_ToldToStop_AnswerAsDocumentedAndThenItEnds(string role)
    {
        var delay = TimeSpan.FromSeconds(6);
        var settings = _cluster.Settings(("FlowRuns__Role", role), ("FlowRuns__Http__ShutdownDelay", $"{delay}"));
        using var silo = await SiloProcess.StartReadyAsync(settings);

        var told = TimeProvider.System.GetTimestamp();
        var stopped = silo.StopAsync();
        await SeeAsync(settings, "draining");

        Assert.Equal(0, await stopped);
        Assert.True(TimeProvider.System.GetElapsedTime(told) >= delay);
    }

    [Fact]
    public async Task Probes_CutOffFromTheOthers_AnswerAsDocumentedAndThenItEnds()
    {
        var (settings, others) = (_cluster.Settings(), _cluster.Settings(("Logging__LogLevel__Orleans", "Information")));
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var other = await SiloProcess.StartReadyAsync(others);

        await silo.SignalAsync("STOP");
        await SeeAsync(settings, "silo cut off");
        await Eventually.SeeAsync(() => Task.FromResult(other.Output), output => output.Contains("Evicting 'S"));
        await silo.SignalAsync("CONT");

        Assert.NotEqual(0, await silo.WaitForExitAsync());
        await SeeAsync(others, "ready");
    }

    [Fact]
    public async Task Probes_OfAGatewayWithoutASilo_SayThatItLivesAndIsNotReady()
    {
        var settings = _cluster.Settings() with { Program = Repository.GatewayDll };
        using var gateway = SiloProcess.Start(settings);

        var probes = await Eventually.SeeAsync(() => Probes.AskAsync(settings.Url), probes => probes.Live != "no answer");

        Assert.Equal(("200", "200"), (probes.Startup, probes.Live));
        Assert.StartsWith("503 cluster", probes.Ready);
        using var http = new HttpClient();
        Assert.StartsWith("# TYPE", await http.GetStringAsync(new Uri(settings.Url, "/metrics")));
    }

    static Task<Probes> SeeAsync(SiloSettings settings, string state)
    {
        var expected = Documented(state);
        return Eventually.SeeAsync(() => Probes.AskAsync(settings.Url), expected.Equals);
    }

    static Probes Documented(string state)
    {
        var row = Assert.Single(File.ReadLines(Path.Combine(Repository.Root, "docs", "kubernetes.md")), line => line.StartsWith($"| {state} |"));
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        return new Probes(cells[2], cells[3], cells[4]);
    }
}
