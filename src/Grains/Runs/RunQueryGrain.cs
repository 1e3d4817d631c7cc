using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Schedules;
using FlowRuns.Storage;
using Orleans.Concurrency;

namespace FlowRuns.Runs;

/// <summary>Reads what is no longer, or not at the moment, in the memory of a flow or run.</summary>
[GrainType("run-query"), StatelessWorker, Reentrant]
sealed class RunQueryGrain(IRunStore store) : Grain, IRunQueryGrain
{
    public Task<RunPage> ListRunsAsync(FlowId flow, RunQuery query) => store.ListRunsAsync(flow, query, running: null, CancellationToken.None);

    public async Task<RunDetail?> FindRunAsync(FlowId flow, RunId run)
    {
        var detail = await store.FindRunAsync(flow, run, CancellationToken.None);
        if (detail is not { Summary.Status: RunStatus.Running } || await store.FindProgressAsync(run, CancellationToken.None) is not { } progress)
            return detail;

        // Between a crash and its recovery nobody executes it; it looks as it will when it goes on.
        var version = await GrainFactory.GetGrain<IFlowGrain>(flow.ToString()).GetVersionAsync(progress.Project, progress.FlowVersion);
        return new RunProgress(progress.ToAssignment(version)).Detail(terminal: null) with { RetriedBy = detail.RetriedBy };
    }

    public Task<OccurrencePage> ListOccurrencesAsync(FlowId flow, OccurrenceQuery query) => store.ListOccurrencesAsync(flow, query, CancellationToken.None);

    public async Task<FlowStats> GetStatsAsync(FlowId flow, StatsWindow window) => window.Sum(await store.ListHoursAsync(flow, window, CancellationToken.None));

    public async Task<ImmutableArray<FlowStats>> ListStatsAsync(FlowId flow, StatsWindow window, StatsInterval interval)
    {
        var hours = await store.ListHoursAsync(flow, window, CancellationToken.None);
        var buckets = hours.ToLookup(hour => interval.Floor(hour.From!.Value));
        return [.. window.Split(interval).Select(bucket => bucket.Sum(buckets[bucket.From!.Value]))];
    }

    public async Task<FlowPage> ListFlowsAsync(ProjectId project, FlowStatus? status, FlowId? before, int limit)
    {
        var ids = await store.ListFlowsAsync(project, status, before, limit + 1, CancellationToken.None);
        var flows = await Task.WhenAll(ids.Take(limit).Select(id => FindFlowAsync(project, id)));
        var page = new FlowPage { Rows = [.. flows.OfType<FlowDetail>().Select(flow => flow.Summary)], HasMore = ids.Length > limit };

        // The next page begins after this one's last row.
        return page is { Rows.IsEmpty: true, HasMore: true } ? await ListFlowsAsync(project, status, ids[limit - 1], limit) : page;
    }

    /// <summary>Null when the flow was deleted after its id was read.</summary>
    async Task<FlowDetail?> FindFlowAsync(ProjectId project, FlowId flow)
    {
        try
        {
            return await GrainFactory.GetGrain<IFlowGrain>(flow.ToString()).GetAsync(project);
        }
        catch (RequestRefusedException e) when (e.Reason == RefusalReason.NotFound)
        {
            return null;
        }
    }
}
