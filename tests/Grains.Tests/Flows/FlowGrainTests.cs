using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Grains.Tests.Storage;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Storage;
using Orleans.Core.Internal;
using Orleans.Runtime;

namespace FlowRuns.Grains.Tests.Flows;

[Collection(ClusterCollection.Name)]
public sealed class FlowGrainTests(ClusterFixture cluster) : IDisposable
{
    static readonly ProjectId Project = ProjectId.Default;
    static readonly RunQuery Newest = new() { Limit = 100 };

    public void Dispose()
    {
        cluster.Store.BeforeCommit = cluster.Store.AfterCommit = cluster.Store.BeforeTakeOver = () => Task.CompletedTask;
        cluster.Store.BeforePutFlow = _ => Task.CompletedTask;
    }

    [Fact]
    public async Task Start_DatabaseAway_IsRefusedAsUnavailableAndLeavesNothing()
    {
        var flow = await cluster.DefineAsync(cluster.Step("fetch"));
        cluster.Store.BeforeCommit = () => throw new StoreUnavailableException("away");

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.StartAsync(flow));

        Assert.Equal(RefusalReason.Unavailable, refused.Reason);
        Assert.Equal(FlowStats.None, await cluster.Flow(flow).GetStatsAsync(Project));
        Assert.Empty((await cluster.Store.ListRunsAsync(flow, Newest, running: null, default)).Rows);
    }

    [Fact]
    public async Task Start_AnswerOfTheCommitLost_RunsAllTheSameAndOnceForItsKey()
    {
        var calls = 0;
        var flow = await cluster.DefineAsync(cluster.Step("fetch", () =>
        {
            calls++;
            return ScriptedSteps.Success;
        }));
        cluster.Store.AfterCommit = () => throw new StoreUnavailableException("connection lost");
        await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.StartAsync(flow, "key"));
        cluster.Store.AfterCommit = () => Task.CompletedTask;

        var run = await cluster.StartAsync(flow, "key");

        Assert.Equal(RunStatus.Succeeded, (await cluster.EndedAsync(run)).Summary.Status);
        Assert.Equal(1, calls);
        await AssertMemoryEqualsStoreAsync(flow);
    }

    [Fact]
    public async Task Start_CommittedAfterTheNextActivationHasRead_IsCountedAllTheSame()
    {
        var flow = await cluster.DefineAsync(Some.Step("report"));
        var (isFirst, stall) = (true, new TaskCompletionSource());
        cluster.Store.BeforeCommit = () =>
        {
            var isStalled = isFirst;
            isFirst = false;
            return isStalled ? stall.Task : Task.CompletedTask;
        };
        await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.StartAsync(flow));
        Assert.Equal(FlowStats.None, await cluster.Flow(flow).GetStatsAsync(Project));

        stall.SetResult();
        await cluster.StartAsync(Some.Step("of another flow"));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await cluster.Flow(flow).GetStatsAsync(Project)).TotalRuns == 0)
            await Task.Delay(20, deadline.Token);
        await AssertMemoryEqualsStoreAsync(flow);
    }

    [Theory]
    [InlineData("""{"day":"{{ trigger.body }}"}""", RunStatus.Succeeded)]
    [InlineData("""{"day":"{{ trigger.body.day }}"}""", RunStatus.Failed)]
    public async Task Start_StepsWithoutEffects_HasEndedWhenItIsAnswered(string input, RunStatus expected)
    {
        var flow = await cluster.DefineAsync(Some.Step("today", input), Some.Step("report"));

        var run = await cluster.StartAsync(flow);

        Assert.Equal(expected, (await cluster.Store.FindRunAsync(flow, run.Id, default))!.Summary.Status);
        await AssertMemoryEqualsStoreAsync(flow);
    }

    [Fact]
    public async Task Start_StepsWithoutEffectsAndTheAnswerOfTheCommitLost_IsThereOnceForItsKey()
    {
        var flow = await cluster.DefineAsync(Some.Step("today"));
        cluster.Store.AfterCommit = () => throw new StoreUnavailableException("connection lost");
        await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.StartAsync(flow, "key"));
        cluster.Store.AfterCommit = () => Task.CompletedTask;

        await cluster.StartAsync(flow, "key");

        Assert.Equal(1, (await cluster.Flow(flow).GetStatsAsync(Project)).Succeeded);
        await AssertMemoryEqualsStoreAsync(flow);
    }

    [Fact]
    public async Task Start_ChangeIsNotStoredYet_RunsTheStoredVersion()
    {
        var flow = await cluster.DefineAsync(cluster.Step("old"));
        var (change, start) = await WhileNothingIsWrittenAsync(async () =>
        {
            var change = cluster.Flow(flow).UpdateAsync(Project, new FlowChange { Steps = [cluster.Step("new")] });
            while (!change.IsCompleted && (await cluster.Flow(flow).GetAsync(Project)).Summary.Version < 2)
                await Task.Yield();
            var start = cluster.StartAsync(flow);
            await cluster.Flow(flow).GetAsync(Project);
            return (change, start);
        });

        Assert.Equal(2, (await change).Summary.Version);
        Assert.Equal(1, (await cluster.EndedAsync(await start)).FlowVersion);
        Assert.Equal(2, (await cluster.EndedAsync(await cluster.StartAsync(flow))).FlowVersion);
    }

    [Fact]
    public async Task Enable_TheSameIsAskedWhileItIsNotStored_FailsWithIt()
    {
        var flow = await cluster.DefineAsync(cluster.Step("fetch"));

        await WhileNothingIsWrittenAsync(async () =>
        {
            var first = cluster.Flow(flow).SetEnabledAsync(Project, enabled: true);
            while (!first.IsCompleted && (await cluster.Flow(flow).GetAsync(Project)).Summary.Status != FlowStatus.Active)
                await Task.Yield();
            var second = cluster.Flow(flow).SetEnabledAsync(Project, enabled: true);

            await Assert.ThrowsAsync<OrleansException>(() => first);
            return await Assert.ThrowsAsync<OrleansException>(() => second);
        });

        Assert.Equal(FlowStatus.Inactive, (await cluster.Flow(flow).GetAsync(Project)).Summary.Status);
    }

    [Fact]
    public async Task Cancel_ActivationEndsMeanwhile_IsRefusedSoonAndTheRunEndsAsCanceled()
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.GatedStep("wait", gate));
        await gate.ReachedAsync();
        cluster.Store.BeforeCommit = async () =>
        {
            cluster.Store.BeforeCommit = () => Task.CompletedTask;
            await cluster.Flow(run.FlowId).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
            throw new StoreUnavailableException("away");
        };

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.Flow(run.FlowId).CancelRunAsync(Project, run.Id).WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal(RefusalReason.Unavailable, refused.Reason);
        Assert.Equal(RunStatus.Canceled, (await cluster.EndedAsync(run)).Summary.Status);
        await AssertMemoryEqualsStoreAsync(run.FlowId);
    }

    [Fact]
    public async Task Cancel_HandedOverAndNotTakenUpYet_EndsTheRun()
    {
        var flow = await cluster.DefineAsync(cluster.Step("fetch"));
        var start = StoredRuns.Start(flow, cluster.Clock.GetUtcNow()) with { Owner = RunClaim.Nobody };
        cluster.Store.BeforeTakeOver = () => throw new StoreUnavailableException("away");
        await cluster.Store.CommitAsync([start], default);
        await cluster.Flow(flow).Cast<IGrainManagementExtension>().DeactivateOnIdle();

        var ended = await cluster.Flow(flow).CancelRunAsync(Project, start.Run);

        Assert.Equal(RunStatus.Canceled, ended.Status);
        Assert.Equal(RunStatus.Canceled, (await cluster.EndedAsync(new StartedRun(start.Run, flow))).Summary.Status);
    }

    [Fact]
    public async Task Retry_OfResultsThatCouldNotBeStored_IsRefused()
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.Step("fetch"), cluster.GatedStep("send", gate));
        await gate.ReachedAsync();
        var commits = 0;
        cluster.Store.BeforeCommit = () => ++commits <= 3 ? throw new InvalidOperationException("not to be encoded") : Task.CompletedTask;
        gate.Open();
        await cluster.EndedAsync(run);

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.Flow(run.FlowId).RetryRunAsync(Project, run.Id, new RetryRun { From = "send" }));

        Assert.Equal("step 'fetch' comes before it and has no result in this run; retry from 'start' or from an earlier step.", Assert.Single(refused.Details).Message);
    }

    [Fact]
    public async Task Delete_DiesBeforeItHasStoppedTheRuns_IsDoneByTheNextActivation()
    {
        var gate = new Gate();
        var run = await cluster.StartAsync(cluster.GatedStep("wait", gate));
        await gate.ReachedAsync();
        cluster.Store.BeforePutFlow = flow => flow == run.FlowId ? throw new StoreUnavailableException("away") : Task.CompletedTask;
        await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.Flow(run.FlowId).DeleteAsync(Project));
        cluster.Store.BeforePutFlow = _ => Task.CompletedTask;

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.Flow(run.FlowId).DeleteAsync(Project));

        Assert.Equal(RefusalReason.NotFound, refused.Reason);
        Assert.Equal(RunStatus.Canceled, (await cluster.EndedAsync(run)).Summary.Status);
    }

    [Fact]
    public async Task ListFlows_OneIsBeingDeleted_HasTheOthers()
    {
        var (project, definition) = (ProjectId.New(cluster.Clock.GetUtcNow()), Some.Flow(Some.Step("report")));
        var flows = Enumerable.Range(0, 3).Select(i => FlowId.New(Some.Time.AddSeconds(i))).ToList();
        foreach (var flow in flows)
            await cluster.Flow(flow).CreateAsync(project, definition);
        var (reached, proceed) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Store.BeforePutFlow = async flow =>
        {
            if (flow != flows[2])
                return;
            reached.SetResult();
            await proceed.Task;
        };
        var deletion = cluster.Flow(flows[2]).DeleteAsync(project);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));

        var lists = cluster.Grains.GetGrain<IRunQueryGrain>("lists");
        Assert.Equal([flows[1], flows[0]], (await lists.ListFlowsAsync(project, status: null, before: null, 3)).Rows.Select(row => row.Id));
        Assert.Equal([flows[1]], (await lists.ListFlowsAsync(project, status: null, before: null, 1)).Rows.Select(row => row.Id));

        proceed.SetResult();
        await deletion;
    }

    [Fact]
    public async Task Delete_RunsUnderWay_AreCanceled()
    {
        var gates = Enumerable.Range(0, 5).Select(_ => new Gate()).ToList();
        var entered = -1;
        var flow = await cluster.DefineAsync(cluster.Script.Define("wait", async cancellationToken =>
        {
            await gates[Interlocked.Increment(ref entered)].PassAsync(cancellationToken);
            return ScriptedSteps.Success;
        }));
        var runs = await Task.WhenAll(gates.Select(_ => cluster.StartAsync(flow)));
        await Task.WhenAll(gates.Select(gate => gate.ReachedAsync()));

        await cluster.Flow(flow).DeleteAsync(Project);

        Assert.All(await Task.WhenAll(runs.Select(cluster.EndedAsync)), run => Assert.Equal(RunStatus.Canceled, run.Summary.Status));
    }

    [Fact]
    public async Task DeleteRun_AnswerOfAnEarlierDeleteLost_IsNotFoundAndGoneFromMemory()
    {
        var run = await cluster.StartAsync(cluster.Step("fetch"));
        await cluster.EndedAsync(run);
        cluster.Store.AfterCommit = () => throw new StoreUnavailableException("connection lost");
        await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.Flow(run.FlowId).DeleteRunAsync(Project, run.Id));
        cluster.Store.AfterCommit = () => Task.CompletedTask;

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.Flow(run.FlowId).DeleteRunAsync(Project, run.Id));

        Assert.Equal(RefusalReason.NotFound, refused.Reason);
        Assert.Empty((await cluster.Flow(run.FlowId).ListRunsAsync(Project, Newest))!.Rows);
    }

    [Fact]
    public async Task DeleteRun_AnswerLost_IsNoLongerListed()
    {
        var run = await cluster.StartAsync(cluster.Step("fetch"));
        await cluster.EndedAsync(run);
        cluster.Store.AfterCommit = () => throw new StoreUnavailableException("connection lost");

        await Assert.ThrowsAsync<RequestRefusedException>(() => cluster.Flow(run.FlowId).DeleteRunAsync(Project, run.Id));

        Assert.Empty((await cluster.Flow(run.FlowId).ListRunsAsync(Project, Newest))!.Rows);
    }

    [Fact]
    public async Task List_RetentionRemovedARunThatMemoryKnew_IsWithoutIt()
    {
        var flow = FlowId.New(TimeProvider.System.GetUtcNow());
        var old = StoredRuns.Start(flow, cluster.Clock.GetUtcNow().AddDays(-100));
        await cluster.Store.CommitAllAsync(old, old.Finish());
        await cluster.Flow(flow).CreateAsync(Project, new FlowDefinition { Name = "Old", Trigger = Some.ManualTrigger(), Steps = [cluster.Step("fetch")] });

        await cluster.Store.PurgeRunsAsync(cluster.Clock.GetUtcNow().AddDays(-90), DateTimeOffset.UnixEpoch, 1000, default);

        Assert.Empty((await cluster.Flow(flow).ListRunsAsync(Project, Newest))!.Rows);
        Assert.Equal(1, (await cluster.Flow(flow).GetStatsAsync(Project)).TotalRuns);
    }

    [Fact]
    public async Task Memory_AfterRandomOperationsOnAnUnreliableDatabase_EqualsTheStore()
    {
        var random = Random.Shared;
        var flow = await cluster.DefineAsync(cluster.Script.Define("wait", async cancellationToken =>
        {
            await Task.Delay(10, cancellationToken);
            return random.Next(3) == 0 ? new StepOutcome.Failed("refused") : ScriptedSteps.Success;
        }));
        cluster.Store.BeforeCommit = () => random.Next(6) == 0 ? throw new StoreUnavailableException("away") : Task.CompletedTask;
        cluster.Store.AfterCommit = () => random.Next(6) == 0 ? throw new StoreUnavailableException("connection lost") : Task.CompletedTask;

        for (var round = 0; round < 40; round++)
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OperateAsync(flow)));
        Dispose();

        // What was started without an answer is taken up by the sweep, and then known.
        foreach (var run in (await cluster.Store.LoadHistoryAsync(flow, 1, default)).Running)
            await cluster.EndedAsync(new StartedRun(run.Id, flow));
        await AssertMemoryEqualsStoreAsync(flow);
    }

    async Task OperateAsync(FlowId flow)
    {
        var random = Random.Shared;
        var grain = cluster.Flow(flow);
        var rows = (await grain.ListRunsAsync(Project, Newest))!.Rows;
        var one = rows.IsEmpty ? default : rows[random.Next(rows.Length)].Id;
        try
        {
            await (random.Next(6) switch
            {
                0 => grain.CancelRunAsync(Project, one),
                1 => grain.DeleteRunAsync(Project, one),
                2 => grain.RetryRunAsync(Project, one, new RetryRun { From = "start" }),
                3 => cluster.StartAsync(flow, $"key-{random.Next(20)}"),
                _ => (Task)cluster.StartAsync(flow),
            });
        }
        catch (RequestRefusedException)
        {
            // What it left behind is what the test is about.
        }
    }

    /// <summary>Nobody gets to write into the file meanwhile.</summary>
    async Task<T> WhileNothingIsWrittenAsync<T>(Func<Task<T>> work)
    {
        await cluster.File.Writing.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            cluster.File.Writing.Release();
        }
    }

    async Task AssertMemoryEqualsStoreAsync(FlowId flow)
    {
        var grain = cluster.Flow(flow);
        var stored = await cluster.Store.LoadHistoryAsync(flow, 1, default);
        Assert.Equal(stored.Stats, await grain.GetStatsAsync(Project));
        var rows = (await cluster.Store.ListRunsAsync(flow, Newest, running: null, default)).Rows;
        var lists = cluster.Store.Lists;
        Assert.Equal(rows, (await grain.ListRunsAsync(Project, Newest))!.Rows);
        Assert.Equal(lists, cluster.Store.Lists);
    }
}
