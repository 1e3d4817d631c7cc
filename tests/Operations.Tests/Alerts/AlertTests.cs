using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;
using FlowRuns.Operations.Tests.Health;

namespace FlowRuns.Operations.Tests.Alerts;

/// <summary>Each alert, fired by the fault that it is for.</summary>
[Collection(SiloCollection.Name)]
public sealed class AlertTests(PostgresServer server) : IAsyncLifetime
{
    const string Flow = """
        name: Watched
        trigger: { type: MANUAL }
        steps:
          - { name: Read, type: text.format, input: { text: "{{ trigger.body.there }}" } }
        """;

    FragileCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await FragileCluster.CreateAsync(server);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Alerts_DatabaseSlowFullAndAway_Fire()
    {
        var settings = _cluster.Settings(("FlowRuns__Journal__Capacity", "4"), ("FlowRuns__Journal__MaxBatch", "1"), ("FlowRuns__Journal__CommitTimeout", "00:00:03"));
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        var flow = await api.CreateFlowAsync(Flow);
        await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20", new { data = new { there = 1 } });
        var before = await Scrape.TakeAsync(api);

        _cluster.Database.Stall();
        var starts = Enumerable.Range(0, 20).Select(_ => api.Http.PostAsync($"/api/v1/flows/{flow}/runs", content: null)).ToList();
        var full = await SeeAsync(api, now => now.Sum("flowruns_journal_refused_total") > 0);
        await AlertRules.FireAsync("FlowRunsJournalFilling", before, full);
        await Task.Delay(TimeSpan.FromSeconds(2)); // as slow as the next alert is about
        _cluster.Database.Restore();
        await Task.WhenAll(starts);
        await AlertRules.FireAsync("FlowRunsCommitsSlow", before, await SeeAsync(api, now => now.Sum("flowruns_journal_commit_duration_seconds_sum") > before.Sum("flowruns_journal_commit_duration_seconds_sum") + 1));

        _cluster.Database.Cut();
        using var refused = await api.Http.PostAsync($"/api/v1/flows/{flow}/runs", content: null);
        var failed = await SeeAsync(api, now => now.Sum("flowruns_journal_commit_duration_seconds_count{otel_scope_name=\"FlowRuns\",outcome=\"failed\"") > 0);
        await AlertRules.FireAsync("FlowRunsCommitsFail", before, failed);
        await AlertRules.FireAsync("FlowRunsSweepStale", before, await SeeAsync(api, now => now.Sum("flowruns_sweep_age_seconds") > 30));
    }

    [Fact]
    public async Task Alerts_RunsFailAndAProcessDies_Fire()
    {
        var (settings, others) = (_cluster.Settings(), _cluster.Settings());
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        var flow = await api.CreateFlowAsync(Flow);
        await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20", new { data = new { there = 1 } });
        await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20", new { data = new { } });
        var before = await Scrape.TakeAsync(api);

        for (var i = 0; i < 5; i++)
            await api.PostAsync($"/api/v1/flows/{flow}/runs?wait=20", new { data = new { } });
        await AlertRules.FireAsync("FlowRunsFailing", before, await SeeAsync(api, now => now.Sum("flowruns_runs_finished_total") == before.Sum("flowruns_runs_finished_total") + 5));

        await StartLongRunAsync(api);
        await silo.KillAsync();
        await AlertRules.FireAsync("FlowRunsDown", before, Scrape.Nothing);
        using var other = await SiloProcess.StartReadyAsync(others);
        using var otherApi = new SiloApi(others);
        await AlertRules.FireAsync("FlowRunsRecovered", before, await SeeAsync(otherApi, now => now.Sum("flowruns_runs_recovered_total") > 0));
    }

    static Task<Scrape> SeeAsync(SiloApi api, Func<Scrape, bool> isIt) => Eventually.SeeAsync(() => Scrape.TakeAsync(api), isIt, TimeSpan.FromSeconds(60));

    /// <summary>Its step fails at once, and is tried again an hour later.</summary>
    static async Task StartLongRunAsync(SiloApi api)
    {
        var flow = await api.CreateFlowAsync("""
            name: Long
            trigger: { type: MANUAL }
            steps:
              - { name: Call, type: http.request, input: { url: "http://127.0.0.1:1/" }, retry: { maxAttempts: 2, initialDelay: 1h, maxDelay: 1h } }
            """);
        await api.PostAsync($"/api/v1/flows/{flow}/runs", new { });
    }
}
