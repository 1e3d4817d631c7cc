using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Storage;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;
using Orleans.Runtime;

namespace FlowRuns.Grains.Tests;

[Collection(ClusterCollection.Name)]
public sealed class WebhookGrainTests(ClusterFixture cluster) : IDisposable
{
    const string Secret = "a-secret-of-this-test-0123";

    public void Dispose()
    {
        cluster.Store.AfterCommit = () => Task.CompletedTask;
        cluster.Calls.Fault = _ => null;
    }

    [Fact]
    public async Task Receive_ForgedDeliveries_HardlyReachTheFlow()
    {
        const int Forgeries = 5000;
        var flow = await DefineAsync();
        var calls = 0;
        var target = GrainId.Create("flow", flow.ToString());
        cluster.Calls.Fault = call =>
        {
            if (call.TargetId == target)
                Interlocked.Increment(ref calls);
            return null;
        };
        var began = TimeProvider.System.GetTimestamp();

        var replies = await Task.WhenAll(Enumerable.Range(0, Forgeries).Select(i => Webhook(flow).ReceiveAsync(SomeDelivery.Of($"{i}").Sign(WebhookScheme.Github, "somebody-elses-secret", SomeDelivery.Now))));

        Assert.All(replies, reply => Assert.Equal(WebhookVerdict.NotAuthentic, reply.Verdict));
        var readings = Environment.ProcessorCount * (TimeProvider.System.GetElapsedTime(began).TotalSeconds + 2);
        Assert.InRange(calls, 1, Math.Min(readings, Forgeries / 10));
    }

    [Fact]
    public async Task Receive_AnswerOfTheCommitLost_RunsOnceWhenTheSenderRepeats()
    {
        var flow = await DefineAsync();
        var delivery = SomeDelivery.Of("{}", ("x-github-delivery", "1")).Sign(WebhookScheme.Github, Secret, SomeDelivery.Now);
        cluster.Store.AfterCommit = () => throw new StoreUnavailableException("connection lost");
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => Webhook(flow).ReceiveAsync(delivery));
        cluster.Store.AfterCommit = () => Task.CompletedTask;

        var reply = await Webhook(flow).ReceiveAsync(delivery);

        Assert.Equal(RefusalReason.Unavailable, refused.Reason);
        Assert.Equal(RunStatus.Succeeded, (await cluster.EndedAsync(reply.Run!)).Summary.Status);
        Assert.Single((await cluster.Store.ListRunsAsync(flow, new RunQuery { Limit = 10 }, running: null, default)).Rows);
    }

    [Fact]
    public async Task Receive_AfterDisablingOrDeleting_FindsNothingAtOnce()
    {
        var flow = await DefineAsync();
        var delivery = SomeDelivery.Of().Sign(WebhookScheme.Github, Secret, SomeDelivery.Now);
        Assert.Equal(WebhookVerdict.Accepted, (await Webhook(flow).ReceiveAsync(delivery)).Verdict);

        await cluster.Flow(flow).SetEnabledAsync(ProjectId.Default, enabled: false);
        var disabled = await Webhook(flow).ReceiveAsync(delivery);
        await cluster.Flow(flow).DeleteAsync(ProjectId.Default);
        var deleted = await Webhook(flow).ReceiveAsync(delivery);

        Assert.Equal((WebhookVerdict.NotFound, WebhookVerdict.NotFound), (disabled.Verdict, deleted.Verdict));
    }

    IWebhookGrain Webhook(FlowId flow) => cluster.Grains.GetGrain<IWebhookGrain>(flow.ToString());

    async Task<FlowId> DefineAsync()
    {
        await cluster.Grains.GetGrain<IProjectGrain>(ProjectId.Default.ToString())
            .PutConnectionAsync(new ConnectionDefinition { Name = "hook", App = "webhook", Value = Some.Json($$"""{ "secrets": ["{{Secret}}"] }""") });
        var flow = FlowId.New(TimeProvider.System.GetUtcNow());
        await cluster.Flow(flow).CreateAsync(ProjectId.Default, Some.Flow() with { Trigger = Some.Webhook(SomeDelivery.Signed(WebhookScheme.Github)) });
        await cluster.Flow(flow).SetEnabledAsync(ProjectId.Default, enabled: true);
        return flow;
    }
}
