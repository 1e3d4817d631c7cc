using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Storage;
using FlowRuns.Storage.Postgres;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public sealed class PostgresPartitionsTests(PostgresServer server) : IAsyncLifetime
{
    // A Tuesday: its week ends five and a half days later.
    readonly FakeTimeProvider _clock = new(Noon);
    NpgsqlDataSource _source = null!;
    PostgresRunStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _source = PostgresDatabase.Open(await server.NewDatabaseAsync(), "flowruns-tests");
        _store = new PostgresRunStore(_source, _source, _clock);
        await _store.PrepareAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
    }

    [Fact]
    public async Task Prepare_NewDatabase_HasThisWeekAndTwoAhead() =>
        Assert.Equal(["20260420", "20260427", "20260504"], await ListWeeksAsync());

    [Fact]
    public async Task PurgeRuns_WeeksLater_MakesTheNextWeeks()
    {
        _clock.Advance(TimeSpan.FromDays(7));

        await _store.PurgeRunsAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 10, default);

        Assert.Equal("20260511", (await ListWeeksAsync())[^1]);
    }

    [Fact]
    public async Task PurgeRuns_AWeekIsOverTheLimit_DropsItWithAllButRunningRunsAndTotals()
    {
        var flow = NewFlow();
        var (old, running, newer) = (Start(flow).Due(Noon).Keyed("k"), Start(flow, Noon.AddSeconds(1)).Due(Noon.AddMinutes(1)), Start(flow, Noon.AddDays(7)));
        await _store.CommitAllAsync(old, running, newer, old.Finish(), newer.Finish());
        var stats = await _store.LoadStatsAsync(flow);
        var hours = await _store.ListHoursAsync(flow, new StatsWindow(null, null), default);

        await _store.PurgeRunsAsync(Noon.AddDays(5), Noon.AddDays(5), 10, default);
        Assert.Equal([newer.Run, running.Run, old.Run], await _store.ListIdsAsync(flow));

        await _store.PurgeRunsAsync(Noon.AddDays(6), Noon.AddDays(6), 10, default);
        Assert.Equal([newer.Run, running.Run], await _store.ListIdsAsync(flow));
        Assert.Null(await _store.FindRunAsync(flow, old.Run, default));
        Assert.Equal(stats, await _store.LoadStatsAsync(flow));
        Assert.Equal(hours, await _store.ListHoursAsync(flow, new StatsWindow(null, null), default));
        Assert.Equal("20260427", (await ListWeeksAsync())[0]);

        // The due time of a run that is gone is free, that of one under way is not; and it can still end.
        Assert.Equal([Applied, Duplicate], await _store.CommitAllAsync(Start(flow).Due(Noon), Start(flow).Due(Noon.AddMinutes(1))));
        Assert.Equal([Applied], await _store.CommitAllAsync(running.Finish()));
        Assert.Equal(RunStatus.Succeeded, (await _store.FindRunAsync(flow, running.Run, default))!.Summary.Status);
    }

    [Fact]
    public async Task PurgeRuns_SomebodyUsesTheHistory_LeavesTheWeekForLater()
    {
        var start = Start(NewFlow());
        await _store.CommitAllAsync(start, start.Finish());
        await using (var reader = await _source.OpenConnectionAsync())
        await using (await reader.BeginTransactionAsync())
        {
            await reader.ExecuteAsync("select count(*) from runs", [], default);

            await _store.PurgeRunsAsync(Noon.AddDays(6), DateTimeOffset.UnixEpoch, 10, default);
            Assert.Equal("20260420", (await ListWeeksAsync())[0]);
        }

        await _store.PurgeRunsAsync(Noon.AddDays(6), DateTimeOffset.UnixEpoch, 10, default);
        Assert.Equal("20260427", (await ListWeeksAsync())[0]);
    }

    [Fact]
    public async Task PurgeRuns_ClockFarAheadOfTheServers_RemovesNothing()
    {
        var (old, later) = (Start(NewFlow()), Start(NewFlow(), Noon.AddDays(21)));
        await _store.CommitAllAsync(old, old.Finish(), later, later.Finish());
        _clock.SetUtcNow(TimeProvider.System.GetUtcNow().AddDays(1000));

        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.PurgeRunsAsync(_clock.GetUtcNow().AddDays(-90), _clock.GetUtcNow(), 10, default));

        Assert.NotNull(await _store.FindRunAsync(old.Flow, old.Run, default));
        Assert.NotNull(await _store.FindRunAsync(later.Flow, later.Run, default));
    }

    async Task<List<string>> ListWeeksAsync()
    {
        await using var connection = await _source.OpenConnectionAsync();
        return await connection.ListAsync("select right(relname::text, 8) from pg_class where relname like 'runs\\_w%' and relkind = 'r' order by 1", row => row.GetString(0), [], default);
    }
}
