using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>The runs in PostgreSQL, shared by all silos of a cluster.</summary>
/// <param name="journal">For commits alone. The pool hands out its connections in turn: among those of the readers each commit would meet another process of the server, whose caches are cold.</param>
/// <param name="member">The silo that commits; null where there is none.</param>
sealed class PostgresRunStore(
    NpgsqlDataSource source, [FromKeyedServices(PostgresRunStore.Journal)] NpgsqlDataSource journal, TimeProvider clock, PostgresMember? member = null) : IRunStore
{
    public const string Journal = "journal";

    static readonly TimeSpan MaxAhead = TimeSpan.FromHours(1);

    readonly PostgresDatabase _database = new(source);
    readonly PostgresDatabase _journal = new(journal);

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _database.RunAsync(connection => PostgresSchema.PrepareAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
        await MakePartitionsAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<ImmutableArray<RunWriteResult>> CommitAsync(IReadOnlyList<JournalWrite> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
            return [];

        var expected = RunBatch.Expect(batch);
        return await _journal.RunAsync(
            async connection =>
            {
                var decided = expected ?? await PostgresBatchRead.ReadAsync(connection, batch, cancellationToken).ConfigureAwait(false);
                expected = null;
                var results = batch.Select(decided.Apply).ToImmutableArray();
                await PostgresRunWrites.WriteAsync(connection, decided, member, cancellationToken).ConfigureAwait(false);
                return results;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<RunPage> ListRunsAsync(FlowId flow, RunQuery query, ImmutableArray<RunSummary>? running, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresRunReads.ListAsync(connection, flow, query, running, clock.GetUtcNow(), cancellationToken), cancellationToken);

    public Task<RunDetail?> FindRunAsync(FlowId flow, RunId run, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresRunReads.FindAsync(connection, flow, run, cancellationToken), cancellationToken);

    public Task<FlowHistory> LoadHistoryAsync(FlowId flow, int newest, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresRunReads.LoadHistoryAsync(connection, flow, newest, cancellationToken), cancellationToken);

    public Task<ImmutableArray<FlowStats>> ListHoursAsync(FlowId flow, StatsWindow window, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresStatistics.ListHoursAsync(connection, flow, window, cancellationToken), cancellationToken);

    public Task<StoredProgress?> FindProgressAsync(RunId run, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresRunReads.FindProgressAsync(connection, run, cancellationToken), cancellationToken);

    public Task<ImmutableArray<OwnedRun>> TakeOverAsync(IReadOnlyCollection<string> liveOwners, string newOwner, int limit, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => PostgresOwnership.TakeOverAsync(connection, liveOwners, newOwner, limit, cancellationToken), cancellationToken);

    public Task<ImmutableArray<OwnedRun>> ListOwnedAsync(string owner, DateTimeOffset startedBefore, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresOwnership.ListOwnedAsync(connection, owner, RunIdRange.FirstFrom(startedBefore), cancellationToken), cancellationToken);

    public Task PutFlowAsync(FlowRow flow, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => PostgresFlows.PutAsync(connection, flow, cancellationToken), cancellationToken);

    public Task PutScheduleAsync(ScheduleRow schedule, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => PostgresSchedules.PutAsync(connection, schedule, cancellationToken), cancellationToken);

    public Task DeleteScheduleAsync(FlowId flow, int revision, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => PostgresSchedules.DeleteAsync(connection, flow, revision, cancellationToken), cancellationToken);

    public Task<ScheduleRow?> FindScheduleAsync(FlowId flow, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresSchedules.FindAsync(connection, flow, cancellationToken), cancellationToken);

    public Task<ImmutableArray<Alarm>> ListAlarmsAsync(int shard, DateTimeOffset before, Alarm? after, int limit, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresSchedules.ListAlarmsAsync(connection, shard, before, after, limit, cancellationToken), cancellationToken);

    public Task<OccurrencePage> ListOccurrencesAsync(FlowId flow, OccurrenceQuery query, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresSchedules.ListAsync(connection, flow, query, cancellationToken), cancellationToken);

    public Task<ImmutableArray<FlowId>> ListFlowsAsync(ProjectId project, FlowStatus? status, FlowId? before, int limit, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresFlows.ListAsync(connection, project, status, before, limit, cancellationToken), cancellationToken);

    public Task<ImmutableArray<FlowId>> ListDeletedFlowsAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => PostgresFlows.ListDeletedAsync(connection, cancellationToken), cancellationToken);

    public Task<int> PurgeFlowAsync(FlowId flow, int limit, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => PostgresPurge.PurgeFlowAsync(connection, flow, limit, cancellationToken), cancellationToken);

    /// <summary>Whole weeks go at once when all of them is older than the time, so a run may stay up to a week longer.</summary>
    public async Task<int> PurgeRunsAsync(DateTimeOffset startedBefore, DateTimeOffset keysBefore, int limit, CancellationToken cancellationToken)
    {
        var removed = 0;
        StoreUnavailableException? failure = null;
        await TryAsync(RequirePartitionsAsync).ConfigureAwait(false);
        await CheckClockAsync(cancellationToken).ConfigureAwait(false);
        await TryAsync(() => _database.RunAsync(connection => PostgresPartitions.DropAsync(connection, startedBefore, cancellationToken), cancellationToken)).ConfigureAwait(false);
        await TryAsync(async () => removed = await _database.RunAsync(connection => PostgresPurge.PurgeRunsAsync(connection, RunIdRange.FirstFrom(startedBefore), limit, cancellationToken), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await TryAsync(() => SlicesAsync(connection => PostgresPurge.PurgeKeysAsync(connection, RunIdRange.FirstFrom(keysBefore), limit, cancellationToken))).ConfigureAwait(false);
        await TryAsync(() => SlicesAsync(connection => PostgresPurge.PurgeOccurrencesAsync(connection, startedBefore, limit, cancellationToken))).ConfigureAwait(false);
        return failure is null || removed >= limit ? removed : throw failure;

        async Task RequirePartitionsAsync()
        {
            if (!await MakePartitionsAsync(cancellationToken).ConfigureAwait(false))
                throw new StoreUnavailableException("A week has no partition and gets none now, so its runs are in the default one: that is in use, too big, or holds runs of the week already.");
        }

        // What takes too long must not keep all the rest, round after round.
        async Task TryAsync(Func<Task> part)
        {
            try
            {
                await part().ConfigureAwait(false);
            }
            catch (StoreUnavailableException e)
            {
                failure ??= e;
            }
        }

        async Task SlicesAsync(Func<NpgsqlConnection, Task<int>> purge)
        {
            while (await _database.RunAsync(purge, cancellationToken).ConfigureAwait(false) >= limit)
            {
            }
        }
    }

    /// <summary>A process whose clock has run ahead would take everybody's history for old.</summary>
    async Task CheckClockAsync(CancellationToken cancellationToken)
    {
        var now = await _database.ReadAsync(connection => connection.ListAsync("select now()", row => row.GetFieldValue<DateTimeOffset>(0), [], cancellationToken), cancellationToken).ConfigureAwait(false);
        var ahead = clock.GetUtcNow() - now[0];
        if (ahead > MaxAhead)
            throw new InvalidOperationException($"The clock of this machine is {ahead} ahead of PostgreSQL's; nothing is removed until they agree to within {MaxAhead}.");
    }

    public Task<FlowStats> RecountAsync(FlowId flow, CancellationToken cancellationToken) =>
        _database.RunAsync(connection => PostgresStatistics.RecountAsync(connection, flow, cancellationToken), cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => connection.ListAsync("select 1 from schema_version", _ => true, [], cancellationToken), cancellationToken);

    Task<bool> MakePartitionsAsync(CancellationToken cancellationToken) =>
        _database.RunAsync(connection => PostgresPartitions.MakeAheadAsync(connection, clock.GetUtcNow(), cancellationToken), cancellationToken);
}
