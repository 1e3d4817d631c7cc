using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Storage;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class FlowListCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    [Fact]
    public async Task ListFlows_OfAProject_PagesNewestFirstWithoutDeletedOnes()
    {
        var project = ProjectId.New(Noon);
        var flows = Enumerable.Range(0, 6).Select(i => FlowId.New(Noon.AddSeconds(i))).ToList();
        for (var i = 0; i < flows.Count; i++)
            await Store.PutFlowAsync(new FlowRow(flows[i], project, FlowStatus.Inactive, Deleted: false), default);
        await Store.PutFlowAsync(new FlowRow(flows[1], project, FlowStatus.Active, Deleted: false), default);
        await Store.PutFlowAsync(new FlowRow(flows[4], project, FlowStatus.Active, Deleted: false), default);
        await Store.PutFlowAsync(new FlowRow(flows[2], project, FlowStatus.Active, Deleted: true), default);
        await Store.PutFlowAsync(new FlowRow(NewFlow(), ProjectId.New(Noon), FlowStatus.Active, Deleted: false), default);

        Assert.Equal([flows[5], flows[4], flows[3]], await Store.ListFlowsAsync(project, null, null, 3, default));
        Assert.Equal([flows[1], flows[0]], await Store.ListFlowsAsync(project, null, flows[3], 3, default));
        Assert.Equal([flows[4], flows[1]], await Store.ListFlowsAsync(project, FlowStatus.Active, null, 3, default));
        Assert.Contains(flows[2], await Store.ListDeletedFlowsAsync(default));
    }

    [Fact]
    public async Task PurgeFlow_InSlices_RemovesAllOfItAndNothingElse()
    {
        var (flow, other) = (NewFlow(), NewFlow());
        await Store.PutFlowAsync(new FlowRow(flow, ProjectId.Default, FlowStatus.Inactive, Deleted: true), default);
        var starts = Enumerable.Range(0, 25).Select(i => Start(flow).Due(Noon.AddMinutes(i)).Keyed($"k{i}")).ToList();
        var foreign = Start(other).Due(Noon).Keyed("k0");
        await Store.CommitAllAsync([foreign, foreign.Finish(), .. starts, .. starts.Select(start => start.Finish())]);

        var slices = 1;
        while (await Store.PurgeFlowAsync(flow, 10, default) >= 10)
            slices++;

        Assert.InRange(slices, 3, 10);
        Assert.Empty(await Store.ListIdsAsync(flow));
        Assert.Equal(FlowStats.None, await Store.LoadStatsAsync(flow));
        Assert.Empty(await Store.ListHoursAsync(flow, new StatsWindow(null, null), default));
        Assert.DoesNotContain(flow, await Store.ListDeletedFlowsAsync(default));
        Assert.Equal([foreign.Run], await Store.ListIdsAsync(other));
        Assert.Equal([Applied, Duplicate], await Store.CommitAllAsync(Start(flow).Due(Noon).Keyed("k0"), Start(other).Keyed("k0")));
    }

    [Fact]
    public async Task PurgeFlow_RunStillRunning_KeepsItAndIsNotDone()
    {
        var flow = NewFlow();
        await Store.PutFlowAsync(new FlowRow(flow, ProjectId.Default, FlowStatus.Inactive, Deleted: true), default);
        var (running, finished) = (Start(flow), Start(flow));
        await Store.CommitAllAsync(running, finished, finished.Finish());

        Assert.InRange(await Store.PurgeFlowAsync(flow, 10, default), 1, 9);
        Assert.Equal([running.Run], await Store.ListIdsAsync(flow));
        Assert.Contains(flow, await Store.ListDeletedFlowsAsync(default));

        await Store.CommitAllAsync(running.Finish(RunStatus.Canceled));
        await Store.PurgeFlowAsync(flow, 10, default);
        Assert.DoesNotContain(flow, await Store.ListDeletedFlowsAsync(default));
    }
}
