using System.Text.Json;
using FlowRuns.Connections;
using FlowRuns.Steps;
using FlowRuns.Steps.Sql;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FlowRuns.Grains.Tests;

public sealed class PostgresPoolsTests(PostgresServer server)
{
    static Connection With(Connection connection, string connectionString) => connection with { Value = JsonSerializer.SerializeToElement(new { connectionString }) };

    static async Task<object?> AskAsync(NpgsqlConnection session, string text)
    {
        await using var command = new NpgsqlCommand(text, session);
        return await command.ExecuteScalarAsync();
    }

    [Fact]
    public async Task Open_SameConnectionTwice_SharesOnePool()
    {
        var connection = SomeConnection.To("postgresql", new { connectionString = await server.NewDatabaseAsync() });
        using var pools = new PostgresPools(Options.Create(new StepsOptions()), TimeProvider.System);

        object? first;
        await using (var session = await pools.OpenAsync(connection, CancellationToken.None))
            first = await AskAsync(session, "select pg_backend_pid()");
        await using var again = await pools.OpenAsync(connection, CancellationToken.None);

        Assert.Equal(first, await AskAsync(again, "select pg_backend_pid()"));
        Assert.Equal(1, pools.Count);
    }

    [Fact]
    public async Task Open_ValueChanged_UsesTheNewOneWhileTheOldFinishes()
    {
        var (before, after) = (await server.NewDatabaseAsync(), await server.NewDatabaseAsync());
        var connection = SomeConnection.To("postgresql", new { connectionString = before });
        using var pools = new PostgresPools(Options.Create(new StepsOptions()), TimeProvider.System);

        await using var old = await pools.OpenAsync(connection, CancellationToken.None);
        await using var changed = await pools.OpenAsync(With(connection, after), CancellationToken.None);

        Assert.Equal(new NpgsqlConnectionStringBuilder(after).Database, await AskAsync(changed, "select current_database()::text"));
        Assert.Equal(new NpgsqlConnectionStringBuilder(before).Database, await AskAsync(old, "select current_database()::text"));
        Assert.Equal(1, pools.Count);
    }

    [Fact]
    public async Task Pool_NotUsedForAWhile_Goes()
    {
        var connection = SomeConnection.To("postgresql", new { connectionString = await server.NewDatabaseAsync() });
        var time = new FakeTimeProvider();
        using var pools = new PostgresPools(Options.Create(new StepsOptions { SqlPoolIdle = TimeSpan.FromMinutes(10) }), time);
        await (await pools.OpenAsync(connection, CancellationToken.None)).DisposeAsync();

        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, pools.Count);

        time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(0, pools.Count);
    }

    [Fact]
    public async Task Pool_EnginesOwnPassword_IsNeverOffered()
    {
        var connection = SomeConnection.To("postgresql", new { connectionString = "Host=db;Username=u" });
        await using var source = PostgresPool.Build(connection, "Host=db;Username=u;Password=hunter22", 10);

        Assert.DoesNotContain("hunter22", source.ConnectionString);
        Assert.Contains("Maximum Pool Size=10", source.ConnectionString);
    }
}
