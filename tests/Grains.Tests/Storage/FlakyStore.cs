using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Storage;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>A real store whose commits a test can hold up or fail, before or after they happened.</summary>
sealed class FlakyStore(IRunStore store) : IRunStore
{
    int _lists;

    public Func<Task> BeforeCommit { get; set; } = () => Task.CompletedTask;

    public Func<Task> AfterCommit { get; set; } = () => Task.CompletedTask;

    /// <summary>Comes after a read of a flow's history or schedule, and before the flow has what was read.</summary>
    public Func<FlowId, Task> AfterRead { get; set; } = _ => Task.CompletedTask;

    /// <summary>Comes before a flow's row is written.</summary>
    public Func<FlowId, Task> BeforePutFlow { get; set; } = _ => Task.CompletedTask;

    /// <summary>Comes before runs without a living owner are looked for.</summary>
    public Func<Task> BeforeTakeOver { get; set; } = () => Task.CompletedTask;

    /// <summary>Comes before a shard's alarms are read.</summary>
    public Func<Task> BeforeListAlarms { get; set; } = () => Task.CompletedTask;

    public List<int> BatchSizes { get; } = [];

    /// <summary>How many pages of runs it was asked for.</summary>
    public int Lists => _lists;

    public async Task<ImmutableArray<RunWriteResult>> CommitAsync(IReadOnlyList<JournalWrite> batch, CancellationToken cancellationToken)
    {
        BatchSizes.Add(batch.Count);
        await BeforeCommit();
        // A database that is about to commit cannot be stopped any more.
        var results = await store.CommitAsync(batch, CancellationToken.None);
        await AfterCommit();
        return results;
    }

    public Task PrepareAsync(CancellationToken cancellationToken) => store.PrepareAsync(cancellationToken);

    public Task<RunPage> ListRunsAsync(FlowId flow, RunQuery query, ImmutableArray<RunSummary>? running, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lists);
        return store.ListRunsAsync(flow, query, running, cancellationToken);
    }

    public Task<RunDetail?> FindRunAsync(FlowId flow, RunId run, CancellationToken cancellationToken) => store.FindRunAsync(flow, run, cancellationToken);

    public async Task<FlowHistory> LoadHistoryAsync(FlowId flow, int newest, CancellationToken cancellationToken)
    {
        var history = await store.LoadHistoryAsync(flow, newest, cancellationToken);
        await AfterRead(flow);
        return history;
    }

    public Task<ImmutableArray<FlowStats>> ListHoursAsync(FlowId flow, StatsWindow window, CancellationToken cancellationToken) =>
        store.ListHoursAsync(flow, window, cancellationToken);

    public Task<StoredProgress?> FindProgressAsync(RunId run, CancellationToken cancellationToken) => store.FindProgressAsync(run, cancellationToken);

    public async Task<ImmutableArray<OwnedRun>> TakeOverAsync(IReadOnlyCollection<string> liveOwners, string newOwner, int limit, CancellationToken cancellationToken)
    {
        await BeforeTakeOver();
        return await store.TakeOverAsync(liveOwners, newOwner, limit, cancellationToken);
    }

    public Task<ImmutableArray<OwnedRun>> ListOwnedAsync(string owner, DateTimeOffset startedBefore, CancellationToken cancellationToken) =>
        store.ListOwnedAsync(owner, startedBefore, cancellationToken);

    public async Task PutFlowAsync(FlowRow flow, CancellationToken cancellationToken)
    {
        await BeforePutFlow(flow.Id);
        await store.PutFlowAsync(flow, cancellationToken);
    }

    public Task PutScheduleAsync(ScheduleRow schedule, CancellationToken cancellationToken) => store.PutScheduleAsync(schedule, cancellationToken);

    public Task DeleteScheduleAsync(FlowId flow, int revision, CancellationToken cancellationToken) => store.DeleteScheduleAsync(flow, revision, cancellationToken);

    public async Task<ScheduleRow?> FindScheduleAsync(FlowId flow, CancellationToken cancellationToken)
    {
        var row = await store.FindScheduleAsync(flow, cancellationToken);
        await AfterRead(flow);
        return row;
    }

    public async Task<ImmutableArray<Alarm>> ListAlarmsAsync(int shard, DateTimeOffset before, Alarm? after, int limit, CancellationToken cancellationToken)
    {
        await BeforeListAlarms();
        return await store.ListAlarmsAsync(shard, before, after, limit, cancellationToken);
    }

    public Task<OccurrencePage> ListOccurrencesAsync(FlowId flow, OccurrenceQuery query, CancellationToken cancellationToken) =>
        store.ListOccurrencesAsync(flow, query, cancellationToken);

    public Task<ImmutableArray<FlowId>> ListFlowsAsync(ProjectId project, FlowStatus? status, FlowId? before, int limit, CancellationToken cancellationToken) =>
        store.ListFlowsAsync(project, status, before, limit, cancellationToken);

    public Task<ImmutableArray<FlowId>> ListDeletedFlowsAsync(CancellationToken cancellationToken) => store.ListDeletedFlowsAsync(cancellationToken);

    public Task<int> PurgeFlowAsync(FlowId flow, int limit, CancellationToken cancellationToken) => store.PurgeFlowAsync(flow, limit, cancellationToken);

    public Task<int> PurgeRunsAsync(DateTimeOffset startedBefore, DateTimeOffset keysBefore, int limit, CancellationToken cancellationToken) =>
        store.PurgeRunsAsync(startedBefore, keysBefore, limit, cancellationToken);

    public Task<FlowStats> RecountAsync(FlowId flow, CancellationToken cancellationToken) => store.RecountAsync(flow, cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => store.PingAsync(cancellationToken);
}
