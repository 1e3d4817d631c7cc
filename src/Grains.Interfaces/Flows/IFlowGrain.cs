using System.Collections.Immutable;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Webhooks;

namespace FlowRuns.Flows;

/// <summary>One flow: its definition and switches, and the single writer of its runs. Keyed by the flow's id.</summary>
/// <remarks>Every method that names a project refuses with <see cref="Errors.RefusalReason.NotFound"/> when the flow is unknown, deleted, or another project's,
/// and with <see cref="Errors.RefusalReason.Unavailable"/> when the database does not answer in time.</remarks>
[Alias("flowruns.IFlowGrain")]
public interface IFlowGrain : IGrainWithStringKey
{
    /// <summary>Makes the flow, inactive, as version 1; refused with the list of all errors when the definition is not valid.</summary>
    [Alias("create")]
    Task<FlowDetail> CreateAsync(ProjectId project, FlowDefinition definition);

    /// <summary>Changes what is given. A change of trigger or steps makes the next version; one that changes nothing makes none.</summary>
    [Alias("update")]
    Task<FlowDetail> UpdateAsync(ProjectId project, FlowChange change);

    [Alias("get")]
    Task<FlowDetail> GetAsync(ProjectId project);

    /// <summary>Switches schedule and webhook on or off; a repeat changes nothing.</summary>
    [Alias("set-enabled")]
    Task<FlowDetail> SetEnabledAsync(ProjectId project, bool enabled);

    /// <summary>Deletes the flow: it is gone for callers when this returns; running runs are cancelled and the history is removed afterwards.</summary>
    [Alias("delete")]
    Task DeleteAsync(ProjectId project);

    /// <summary>All versions, newest first.</summary>
    [Alias("list-versions")]
    Task<ImmutableArray<FlowVersion>> ListVersionsAsync(ProjectId project);

    [Alias("get-version")]
    Task<FlowVersion> GetVersionAsync(ProjectId project, int version);

    /// <summary>Makes a new version with the trigger and steps of an old one.</summary>
    [Alias("restore-version")]
    Task<FlowDetail> RestoreVersionAsync(ProjectId project, int version);

    /// <summary>Starts a run and returns once it is durable; it does not wait for the run.</summary>
    /// <remarks>Refused with <see cref="Errors.RefusalReason.NotFound"/> for a delivery of a webhook that is not on (any more).
    /// With an idempotency key a repeat returns the first run; refused with <see cref="Errors.RefusalReason.Conflict"/> when the request differs.</remarks>
    [Alias("start-run")]
    Task<StartedRun> StartRunAsync(ProjectId project, StartRun request);

    /// <summary>Starts a new run in place of a finished one; refused with <see cref="Errors.RefusalReason.Conflict"/> while that still runs.</summary>
    [Alias("retry-run")]
    Task<StartedRun> RetryRunAsync(ProjectId project, RunId run, RetryRun request);

    /// <summary>Cancels a running run and returns its terminal row; refused with <see cref="Errors.RefusalReason.Conflict"/> when it has ended already.</summary>
    [Alias("cancel-run"), ResponseTimeout("00:00:15")]
    Task<RunSummary> CancelRunAsync(ProjectId project, RunId run);

    /// <summary>Removes a finished run from the history; the totals stay.</summary>
    [Alias("delete-run")]
    Task DeleteRunAsync(ProjectId project, RunId run);

    /// <summary>A page of the flow's runs, newest first: from memory when that holds all of it, else from the store. A silo of the build before answers null there: then <see cref="IRunQueryGrain.ListRunsAsync"/> does.</summary>
    [Alias("find-newest-runs")]
    Task<RunPage?> ListRunsAsync(ProjectId project, RunQuery query);

    /// <summary>The run's row when memory holds it, which it does for every running one, else null: then <see cref="IRunQueryGrain.FindRunAsync"/> answers.</summary>
    [Alias("find-run")]
    Task<RunSummary?> FindRunAsync(ProjectId project, RunId run);

    [Alias("get-stats")]
    Task<FlowStats> GetStatsAsync(ProjectId project);

    /// <summary>For runs: records how a run ended and returns its terminal row once that is durable.</summary>
    /// <remarks>Safe to repeat. When another attempt owns the run, nothing changes and null is returned: the caller drops it.</remarks>
    [Alias("finish-run")]
    Task<RunSummary?> FinishRunAsync(RunOutcome outcome);

    /// <summary>The schedule with its next <paramref name="count"/> due times; refused with <see cref="Errors.RefusalReason.NotFound"/> when the flow's trigger is no schedule.</summary>
    [Alias("get-schedule")]
    Task<ScheduleDetail> GetScheduleAsync(ProjectId project, int count);

    /// <summary>Lets due times pass without a run until then; null ends a pause. Refused as <see cref="GetScheduleAsync"/> is.</summary>
    [Alias("pause-schedule")]
    Task<ScheduleDetail> PauseScheduleAsync(ProjectId project, DateTimeOffset? until, int count);

    /// <summary>For the schedule's shard: gives every due time up to now its outcome, and returns when to be woken next; null means never.</summary>
    /// <remarks>Returns once the outcomes are durable; it does not wait for runs. At any time and any number of times: what is decided is never decided again.
    /// An answer that is lost keeps the flow from being woken again for as long as it is waited for, so it is not waited for long.</remarks>
    [Alias("wake"), ResponseTimeout("00:00:05")]
    Task<DateTimeOffset?> WakeAsync();

    /// <summary>For recovery: hands the run to its grain again at its last durable step, as the taking <paramref name="attempt"/>.</summary>
    [Alias("resume-run")]
    Task ResumeRunAsync(RunId run, int attempt);

    /// <summary>The flow's webhook; refused with <see cref="Errors.RefusalReason.NotFound"/> when its trigger is another.</summary>
    [Alias("get-webhook")]
    Task<WebhookSettings> GetWebhookAsync(ProjectId project);

    /// <summary>Takes the webhook's deliveries from these addresses and networks only, from everywhere when there are none; refused with the list of all errors when one is not valid.</summary>
    [Alias("set-webhook-security")]
    Task<WebhookSettings> SetWebhookSecurityAsync(ProjectId project, ImmutableArray<string> allowedIPs);

    /// <summary>For deliveries, which name no project: the webhook, or null when the flow is unknown or deleted or its trigger is another.</summary>
    [Alias("find-webhook")]
    Task<WebhookSettings?> FindWebhookAsync();
}
