using FlowRuns.Storage;
using FlowRuns.Storage.Postgres;
using Npgsql;

namespace FlowRuns.Grains.Tests.Storage;

public sealed class PostgresStoreFixture(PostgresServer server) : StoreFixture
{
    internal override Task<string> CreateDatabaseAsync() => server.NewDatabaseAsync();

    internal override (IRunStore Store, IDisposable Resources) OpenDatabase(string database)
    {
        var source = PostgresDatabase.Open(database, "flowruns-tests");
        return (new PostgresRunStore(source, source, TimeProvider.System), source);
    }

    internal override async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>They go with the server, or stay for a look on one that was given.</summary>
    protected override Task DropDatabasesAsync() => Task.CompletedTask;
}
