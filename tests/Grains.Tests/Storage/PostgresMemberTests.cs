using FlowRuns.Runs;
using FlowRuns.Storage;
using FlowRuns.Storage.Postgres;
using Npgsql;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>A silo that the membership table says is dead changes no run any more, whether or not it has noticed.</summary>
public sealed class PostgresMemberTests(PostgresServer server) : IAsyncLifetime
{
    const int Active = 3;
    const int Dead = 6;
    static readonly PostgresMember Silo = new("flowruns", "127.0.0.1", 11111, 7);

    NpgsqlDataSource _source = null!;
    NpgsqlConnection _connection = null!;
    PostgresRunStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _source = PostgresDatabase.Open(await server.NewDatabaseAsync(), "flowruns-tests");
        _store = new PostgresRunStore(_source, _source, TimeProvider.System, Silo);
        await _store.PrepareAsync(default);
        _connection = await _source.OpenConnectionAsync();
        await _connection.ExecuteAsync(
            """
            insert into OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, StartTime, IAmAliveTime)
            values ($1, $2, $3, $4, 'a', 'a', $5, now(), now()), ($1, $2, $3, $4 - 1, 'a', 'a', 6, now(), now())
            """,
            [Silo.Cluster, Silo.Address, Silo.Port, Silo.Generation, Active],
            default);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (_source is not null)
            await _source.DisposeAsync();
    }

    [Theory, InlineData(2), InlineData(Active), InlineData(4), InlineData(5)]
    public async Task Commit_OfASiloThatComesWorksOrLeaves_IsDone(int status)
    {
        await SetStatusAsync(status);

        Assert.Equal(RunWriteOutcome.Applied, (await _store.CommitAsync(Start(NewFlow()))).Outcome);
    }

    [Fact]
    public async Task Commit_OfADeadSilo_ChangesNothing()
    {
        var flow = NewFlow();
        var (running, late) = (Start(flow), Start(flow));
        await _store.CommitAsync(running);
        await SetStatusAsync(Dead);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.CommitAllAsync(late, late.Finish()));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.CommitAsync(running.Finish()));

        Assert.Equal([running.Run], await _store.ListIdsAsync(flow));
        Assert.Equal(1, (await _store.LoadStatsAsync(flow)).TotalRuns);
    }

    [Fact]
    public async Task Commit_OfASiloWhoseRowIsGone_ChangesNothing()
    {
        var flow = NewFlow();
        await _connection.ExecuteAsync("delete from OrleansMembershipTable where Generation = $1", [Silo.Generation], default);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.CommitAsync(Start(flow)));

        Assert.Empty(await _store.ListIdsAsync(flow));
    }

    [Fact]
    public async Task Commit_WhileTheSiloIsDeclaredDead_WaitsAndChangesNothing()
    {
        var flow = NewFlow();
        await using var declaration = await _connection.BeginTransactionAsync();
        await SetStatusAsync(Dead);

        var commit = _store.CommitAsync(Start(flow));
        await WaitForALockAsync(commit);
        Assert.False(commit.IsCompleted);
        await declaration.CommitAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => commit);
        Assert.Empty(await _store.ListIdsAsync(flow));
    }

    Task<int> SetStatusAsync(int status) => _connection.ExecuteAsync("update OrleansMembershipTable set Status = $1 where Generation = $2", [status, Silo.Generation], default);

    async Task WaitForALockAsync(Task waiting)
    {
        await using var watcher = await _source.OpenConnectionAsync();
        while (!waiting.IsCompleted && (await watcher.ListAsync("select count(*)::integer from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", row => row.GetInt32(0), [], default))[0] == 0)
            await Task.Yield();
    }
}
