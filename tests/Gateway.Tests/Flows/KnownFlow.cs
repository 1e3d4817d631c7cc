using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Gateway.Tests.Runs;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Webhooks;

namespace FlowRuns.Gateway.Tests.Flows;

/// <summary>A flow that keeps its definition in memory, and whose only run it cannot find.</summary>
sealed class KnownFlow(FlowDefinition definition) : IFlowGrain
{
    public FlowDetail Now { get; private set; } = SomeFlow.Detail(definition);

    public FlowChange? LastChange { get; private set; }

    public Task<FlowDetail> CreateAsync(ProjectId project, FlowDefinition definition) => Task.FromResult(Now = SomeFlow.Detail(definition));

    public Task<FlowDetail> UpdateAsync(ProjectId project, FlowChange change)
    {
        LastChange = change;
        return Task.FromResult(Now);
    }

    public Task<FlowDetail> GetAsync(ProjectId project) => Task.FromResult(Now);

    public Task<FlowDetail> SetEnabledAsync(ProjectId project, bool enabled) =>
        Task.FromResult(Now = Now with { Summary = Now.Summary with { Status = enabled ? FlowStatus.Active : FlowStatus.Inactive } });

    public Task DeleteAsync(ProjectId project) => Task.CompletedTask;

    public Task<ImmutableArray<FlowVersion>> ListVersionsAsync(ProjectId project) => Task.FromResult(ImmutableArray.Create(Version(2), Version(1)));

    public Task<FlowVersion> GetVersionAsync(ProjectId project, int version) =>
        version is 1 or 2 ? Task.FromResult(Version(version)) : throw RequestRefusedException.NotFound($"Version {version}");

    public Task<FlowDetail> RestoreVersionAsync(ProjectId project, int version) => Task.FromResult(Now);

    public Task<StartedRun> StartRunAsync(ProjectId project, StartRun request) => Task.FromResult(KnownRun.Started);

    public Task<StartedRun> RetryRunAsync(ProjectId project, RunId run, RetryRun request) => throw new NotSupportedException();

    public Task<RunSummary> CancelRunAsync(ProjectId project, RunId run) => throw new NotSupportedException();

    public Task DeleteRunAsync(ProjectId project, RunId run) => throw new NotSupportedException();

    public Task<RunPage?> ListRunsAsync(ProjectId project, RunQuery query) => throw new NotSupportedException();

    public Task<RunSummary?> FindRunAsync(ProjectId project, RunId run) => throw new RequestRefusedException(RefusalReason.Unavailable, "The database does not answer.");

    public Task<FlowStats> GetStatsAsync(ProjectId project) => throw new NotSupportedException();

    public Task<RunSummary?> FinishRunAsync(RunOutcome outcome) => throw new NotSupportedException();

    public Task ResumeRunAsync(RunId run, int attempt) => throw new NotSupportedException();

    FlowVersion Version(int version) => new() { Version = version, Created = DateTimeOffset.UnixEpoch, Definition = Now.Definition };

    public Task<ScheduleDetail> GetScheduleAsync(ProjectId project, int count) => throw new NotSupportedException();

    public Task<ScheduleDetail> PauseScheduleAsync(ProjectId project, DateTimeOffset? until, int count) => throw new NotSupportedException();

    public Task<DateTimeOffset?> WakeAsync() => throw new NotSupportedException();

    public Task<WebhookSettings> GetWebhookAsync(ProjectId project) => throw new NotSupportedException();

    public Task<WebhookSettings> SetWebhookSecurityAsync(ProjectId project, ImmutableArray<string> allowedIPs) => throw new NotSupportedException();

    public Task<WebhookSettings?> FindWebhookAsync() => throw new NotSupportedException();
}
