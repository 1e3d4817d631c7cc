using FlowRuns.Storage;
using FlowRuns.Storage.Postgres;
using static FlowRuns.Grains.Tests.Storage.StoredRuns;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>Commits have connections of their own: no run waits for one that a reader holds.</summary>
public sealed class PostgresConnectionsTests(PostgresServer server)
{
    [Fact]
    public async Task Commit_WhileReadersHoldAllTheirConnections_IsDone()
    {
        var database = await server.NewDatabaseAsync();
        await using var readers = PostgresDatabase.Open($"{database};Maximum Pool Size=1", "flowruns-tests");
        await using var journal = PostgresDatabase.Open(database, "flowruns-tests-journal");
        var store = new PostgresRunStore(readers, journal, TimeProvider.System);
        await store.PrepareAsync(default);
        await using var reader = await readers.OpenConnectionAsync();

        Assert.Equal(RunWriteOutcome.Applied, (await store.CommitAsync(Start(NewFlow()))).Outcome);
    }
}
