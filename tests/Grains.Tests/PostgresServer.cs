using FlowRuns.Failover.Tests.Postgres;
using Npgsql;

[assembly: AssemblyFixture(typeof(FlowRuns.Grains.Tests.PostgresServer))]

namespace FlowRuns.Grains.Tests;

/// <summary>A PostgreSQL for the tests that need one: the server of FLOWRUNS_TEST_POSTGRES (a connection string whose role may create databases),
/// or else a private one made of the local binaries. Starts with the first test that asks.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string HowToGetOne = "No PostgreSQL was found: install one (Debian: apt-get install postgresql), or set FLOWRUNS_TEST_POSTGRES to the connection string of a role that may create databases.";

    readonly Lazy<Task<string>> _connectionString;
    PrivatePostgres? _server;

    public PostgresServer()
    {
        _connectionString = new(StartAsync);
    }

    /// <summary>The connection string of a new, empty database. Skips the test when there is no server; fails it under CI=true.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var server = await _connectionString.Value;
        if (server.Length == 0 && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(HowToGetOne);
        Assert.SkipWhen(server.Length == 0, HowToGetOne);

        var name = $"test_{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}";
        await using var source = NpgsqlDataSource.Create(server);
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("FLOWRUNS_TEST_POSTGRES") is { Length: > 0 } given)
            return given;

        _server = await PrivatePostgres.StartNewAsync(Path.Combine(Path.GetTempPath(), $"flowruns-postgres-{Environment.ProcessId}"), "fsync=off");
        return _server?.ConnectionString ?? "";
    }
}
