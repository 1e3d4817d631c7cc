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

    const string Scheduled = """
        name: Scheduled
        trigger: { type: SCHEDULE, cron: "*/5 * * * * *", catchUp: { policy: ALL } }
        steps: []
        """;

    const string FailedCommits = "flowruns_journal_commit_duration_seconds_count{otel_scope_name=\"FlowRuns\",outcome=\"failed\"";

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
        var late = api.Http.PostAsync($"/api/v1/flows/{flow}/runs", content: null);
        await Task.Delay(TimeSpan.FromSeconds(1)); // slow, but not so slow that the commit is given up
        _cluster.Database.Restore();
        await late;
        await AlertRules.FireAsync("FlowRunsCommitsSlow", before, await SeeAsync(api, now => now.Sum("flowruns_journal_commit_duration_seconds_sum") > before.Sum("flowruns_journal_commit_duration_seconds_sum") + 0.9));

        _cluster.Database.Stall();
        var starts = Enumerable.Range(0, 20).Select(_ => api.Http.PostAsync($"/api/v1/flows/{flow}/runs", content: null)).ToList();
        var full = await SeeAsync(api, now => now.Sum("flowruns_journal_refused_total") > 0);
        await AlertRules.FireAsync("FlowRunsJournalFilling", before, full);
        _cluster.Database.Restore();
        await Task.WhenAll(starts);

        await api.PostAsync($"/api/v1/flows/{await api.CreateFlowAsync(Scheduled)}/enable", new { });
        var punctual = await SeeAsync(api, now => now.Sum("flowruns_schedule_lateness_seconds_count") > 0);
        _cluster.Database.Cut();
        using var refused = await api.Http.PostAsync($"/api/v1/flows/{flow}/runs", content: null);
        var failed = await SeeAsync(api, now => now.Sum(FailedCommits) > 0);
        var stale = await SeeAsync(api, now => now.Sum("flowruns_sweep_age_seconds") > 35 && now.Sum(FailedCommits) > failed.Sum(FailedCommits));
        await AlertRules.FireAsync("FlowRunsCommitsFail", before, failed, stale);
        await AlertRules.FireAsync("FlowRunsSweepStale", before, stale);

        _cluster.Database.Restore();
        await AlertRules.FireAsync("FlowRunsSchedulesLate", punctual, await SeeAsync(api, now => now.Sum("flowruns_schedule_lateness_seconds_count") > punctual.Sum("flowruns_schedule_lateness_seconds_count") + 5));
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

        using var other = await SiloProcess.StartReadyAsync(others);
        using var otherApi = new SiloApi(others);
        await StartLongRunsAsync(api);
        var otherBefore = await Scrape.TakeAsync(otherApi);
        await silo.KillAsync();
        await AlertRules.FireAsync("FlowRunsDown", before, Scrape.Nothing);
        await AlertRules.FireAsync("FlowRunsRecovered", otherBefore, await SeeAsync(otherApi, now => now.Sum("flowruns_runs_recovered_total") > 0));
    }

    [Fact]
    public async Task Alerts_AProcessIsSuspendedUntilOthersHaveItsRuns_Fire()
    {
        var (settings, others) = (_cluster.Settings(), _cluster.Settings());
        using var silo = await SiloProcess.StartReadyAsync(settings);
        using var api = new SiloApi(settings);
        using var other = await SiloProcess.StartReadyAsync(others);
        using var otherApi = new SiloApi(others);
        await StartLongRunsAsync(api);
        var before = await Scrape.TakeAsync(api);

        await silo.SignalAsync("STOP");
        await SeeAsync(otherApi, now => now.Sum("flowruns_runs_recovered_total") > 0);
        await silo.SignalAsync("CONT");

        // It ends two seconds after it has learned that it counts as dead, at the earliest.
        await AlertRules.FireAsync("FlowRunsFenced", before, await SeeAsync(api, now => now.Sum("flowruns_writes_fenced_total") > 0));
        Assert.NotEqual(0, await silo.WaitForExitAsync());
    }

    static Task<Scrape> SeeAsync(SiloApi api, Func<Scrape, bool> isIt) => Eventually.SeeAsync(() => Scrape.TakeAsync(api), isIt, TimeSpan.FromSeconds(60));

    /// <summary>Runs that call in vain once a second; returns when some are under way in this process.</summary>
    static async Task StartLongRunsAsync(SiloApi api)
    {
        await Eventually.SeeAsync(
            async () =>
            {
                var flow = await api.CreateFlowAsync("""
                    name: Long
                    trigger: { type: MANUAL }
                    steps:
                      - { name: Call, type: http.request, input: { url: "http://127.0.0.1:1/" }, retry: { maxAttempts: 100, initialDelay: 1s, maxDelay: 1s } }
                    """);
                await api.PostAsync($"/api/v1/flows/{flow}/runs", new { });
                return await Scrape.TakeAsync(api);
            },
            now => now.Sum("flowruns_runs_executing") > 2);
    }
}
