using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Storage;
using Orleans.Concurrency;

namespace FlowRuns.Runs;

[GrainType("run-query"), StatelessWorker, Reentrant]
sealed class RunQueryGrain(IRunStore store) : Grain, IRunQueryGrain
{
    public Task<RunPage> ListRunsAsync(FlowId flow, RunQuery query) => store.ListRunsAsync(flow, query, CancellationToken.None);

    public Task<RunDetail?> FindRunAsync(FlowId flow, RunId run) => store.FindRunAsync(flow, run, CancellationToken.None);

    public async Task<FlowPage> ListFlowsAsync(ProjectId project, FlowStatus? status, FlowId? before, int limit)
    {
        var ids = await store.ListFlowsAsync(project, status, before, limit + 1, CancellationToken.None);
        var flows = await Task.WhenAll(ids.Take(limit).Select(id => GrainFactory.GetGrain<IFlowGrain>(id.ToString()).GetAsync(project)));
        return new FlowPage { Rows = [.. flows.Select(f => f.Summary)], HasMore = ids.Length > limit };
    }
}
