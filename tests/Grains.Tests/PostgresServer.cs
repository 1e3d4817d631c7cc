using System.Security.Cryptography;

[assembly: AssemblyFixture(typeof(FlowRuns.Grains.Tests.PostgresServer))]

namespace FlowRuns.Grains.Tests;

/// <summary>A PostgreSQL for the tests that need one: the server of FLOWRUNS_TEST_POSTGRES (a connection string whose role may create databases),
/// or else a private one made of the local binaries. Starts with the first test that asks.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string HowToGetOne = "No PostgreSQL was found: install one (Debian: apt-get install postgresql), or set FLOWRUNS_TEST_POSTGRES to the connection string of a role that may create databases.";

    readonly Lazy<Task<string>> _connectionString;
    PrivatePostgres? _private;

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

        return await PrivatePostgres.NewDatabaseAsync(server, $"test_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
    }

    public ValueTask DisposeAsync() => _private?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("FLOWRUNS_TEST_POSTGRES") is { Length: > 0 } given)
            return given;
        if (PrivatePostgres.FindBinaries() is not { } binaries)
            return "";

        _private = await PrivatePostgres.StartAsync(binaries, "fsync=off", "max_connections=200");
        return _private.ConnectionString;
    }
}
