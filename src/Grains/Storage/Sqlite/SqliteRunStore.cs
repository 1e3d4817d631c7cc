using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;

namespace FlowRuns.Storage.Sqlite;

/// <summary>The runs in one SQLite file: a single writer, and readers beside it that see the last committed state.</summary>
sealed class SqliteRunStore(SqliteFile file) : IRunStore, IDisposable
{
    const int Readers = 4;

    readonly SqliteSessions _writer = new(file, file.Writing, "begin immediate");
    readonly SqliteSessions _readers = new(file, new SemaphoreSlim(Readers, Readers), "begin");

    public Task PrepareAsync(CancellationToken cancellationToken) => SqliteSchema.PrepareAsync(file, _writer, cancellationToken);

    public Task<ImmutableArray<RunWriteResult>> CommitAsync(IReadOnlyList<JournalWrite> batch, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            session =>
            {
                var writes = new SqliteRunWrites(session);
                var results = ImmutableArray.CreateBuilder<RunWriteResult>(batch.Count);
                foreach (var write in batch)
                    results.Add(writes.Apply(write));
                writes.CountUp();
                return results.MoveToImmutable();
            },
            cancellationToken);

    public Task<RunPage> ListRunsAsync(FlowId flow, RunQuery query, ImmutableArray<RunSummary>? running, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteRunReads.List(session, flow, query), cancellationToken);

    public Task<RunDetail?> FindRunAsync(FlowId flow, RunId run, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteRunReads.Find(session, flow, run), cancellationToken);

    public Task<FlowHistory> LoadHistoryAsync(FlowId flow, int newest, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteRunReads.LoadHistory(session, flow, newest), cancellationToken);

    public Task<ImmutableArray<FlowStats>> ListHoursAsync(FlowId flow, StatsWindow window, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteStatistics.ListHours(session, flow, window), cancellationToken);

    public Task<StoredProgress?> FindProgressAsync(RunId run, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteRunReads.FindProgress(session, run), cancellationToken);

    public Task<ImmutableArray<OwnedRun>> TakeOverAsync(IReadOnlyCollection<string> liveOwners, string newOwner, int limit, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => SqliteOwnership.TakeOver(session, liveOwners, newOwner, limit), cancellationToken);

    public Task<ImmutableArray<OwnedRun>> ListOwnedAsync(string owner, DateTimeOffset startedBefore, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteOwnership.ListOwned(session, owner, RunIdRange.FirstFrom(startedBefore)), cancellationToken);

    public Task PutFlowAsync(FlowRow flow, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => SqliteFlows.Put(session, flow), cancellationToken);

    public Task PutScheduleAsync(ScheduleRow schedule, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => SqliteSchedules.Put(session, schedule), cancellationToken);

    public Task DeleteScheduleAsync(FlowId flow, int revision, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => SqliteSchedules.Delete(session, flow, revision), cancellationToken);

    public Task<ScheduleRow?> FindScheduleAsync(FlowId flow, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteSchedules.Find(session, flow), cancellationToken);

    public Task<ImmutableArray<Alarm>> ListAlarmsAsync(int shard, DateTimeOffset before, Alarm? after, int limit, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteSchedules.ListAlarms(session, shard, before, after, limit), cancellationToken);

    public Task<OccurrencePage> ListOccurrencesAsync(FlowId flow, OccurrenceQuery query, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteSchedules.List(session, flow, query), cancellationToken);

    public Task<ImmutableArray<FlowId>> ListFlowsAsync(ProjectId project, FlowStatus? status, FlowId? before, int limit, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteFlows.List(session, project, status, before, limit), cancellationToken);

    public Task<ImmutableArray<FlowId>> ListDeletedFlowsAsync(CancellationToken cancellationToken) =>
        _readers.RunAsync(SqliteFlows.ListDeleted, cancellationToken);

    public Task<int> PurgeFlowAsync(FlowId flow, int limit, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => SqlitePurge.PurgeFlow(session, flow, limit), cancellationToken);

    public async Task<int> PurgeRunsAsync(DateTimeOffset startedBefore, DateTimeOffset keysBefore, int limit, CancellationToken cancellationToken)
    {
        await SlicesAsync(session => SqlitePurge.PurgeKeys(session, RunIdRange.FirstFrom(keysBefore), limit)).ConfigureAwait(false);
        await SlicesAsync(session => SqlitePurge.PurgeOccurrences(session, startedBefore, limit)).ConfigureAwait(false);
        return await _writer.RunAsync(session => SqlitePurge.PurgeRuns(session, RunIdRange.FirstFrom(startedBefore), limit), cancellationToken).ConfigureAwait(false);

        async Task SlicesAsync(Func<SqliteSession, int> purge)
        {
            while (await _writer.RunAsync(purge, cancellationToken).ConfigureAwait(false) >= limit)
            {
            }
        }
    }

    public Task<FlowStats> RecountAsync(FlowId flow, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => SqliteStatistics.Recount(session, flow), cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) =>
        _readers.RunAsync(session => session.Find("select 1 from schema_version", _ => true), cancellationToken);

    public void Dispose()
    {
        _writer.Dispose();
        _readers.Dispose();
    }
}
