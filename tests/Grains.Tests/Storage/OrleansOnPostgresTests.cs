using System.Data.Common;
using FlowRuns.Storage.Postgres;
using Npgsql;

namespace FlowRuns.Grains.Tests.Storage;

public sealed class OrleansOnPostgresTests(PostgresServer server) : OrleansCompliance
{
    NpgsqlDataSource? _source;

    private protected override string Invariant => "Npgsql";

    private protected override DbDataSource Source => _source!;

    public override async ValueTask InitializeAsync()
    {
        _source = PostgresDatabase.Open(await server.NewDatabaseAsync(), "flowruns-tests");
        await new PostgresRunStore(_source, _source, TimeProvider.System).PrepareAsync(default);
    }

    public override ValueTask DisposeAsync() => _source?.DisposeAsync() ?? ValueTask.CompletedTask;
}
