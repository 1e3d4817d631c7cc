using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>What goes is the stores' part, and tested there; this is about when.</summary>
public sealed class RetentionTests(SqliteStoreFixture fixture) : IClassFixture<SqliteStoreFixture>
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Round_OldRunsExpiredKeysAndADeletedFlow_AreRemovedAndNothingElse()
    {
        await fixture.ReadyAsync();
        var (store, now) = (fixture.Store, TimeProvider.System.GetUtcNow());
        var (flow, deleted) = (NewFlow(), NewFlow());
        var old = Start(flow, now.AddDays(-91));
        var expired = Start(flow, now.AddHours(-25)).Keyed("expired");
        var held = Start(flow, now.AddHours(-23)).Keyed("held");
        var gone = Start(deleted, now);
        await store.CommitAllAsync(old, old.Finish(), expired, expired.Finish(), held, held.Finish(), gone, gone.Finish());
        await store.PutFlowAsync(new FlowRow(deleted, ProjectId.Default, FlowStatus.Inactive, Deleted: true), default);
        using var retention = new Retention(store, TimeProvider.System, Options.Create(new RetentionOptions { Days = 90 }), NullLogger<Retention>.Instance);

        await retention.StartAsync(default);

        // The deleted flow's row is the last that a round removes.
        using var deadline = new CancellationTokenSource(Deadline);
        while (!(await store.ListDeletedFlowsAsync(deadline.Token)).IsEmpty)
            await Task.Delay(10, deadline.Token);
        await retention.StopAsync(default);
        Assert.Equal([held.Run, expired.Run], await store.ListIdsAsync(flow));
        Assert.Empty(await store.ListIdsAsync(deleted));
        Assert.Equal(3, (await store.LoadStatsAsync(flow)).TotalRuns);
    }
}
