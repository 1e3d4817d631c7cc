using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(FlowRuns.Grains.Tests.PostgresServer))]

namespace FlowRuns.Grains.Tests;

/// <summary>A PostgreSQL for the tests that need one: the server of FLOWRUNS_TEST_POSTGRES (a connection string whose role may create databases),
/// or else a private one made of the local binaries. Starts with the first test that asks.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const string HowToGetOne = "No PostgreSQL was found: install one (Debian: apt-get install postgresql), or set FLOWRUNS_TEST_POSTGRES to the connection string of a role that may create databases.";

    readonly string _directory = Path.Combine(Path.GetTempPath(), $"flowruns-postgres-{Environment.ProcessId}");
    readonly Lazy<Task<string>> _connectionString;
    Process? _process;

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

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;

        // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
        await RunAsync("kill", "-INT", $"{_process.Id}");
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("FLOWRUNS_TEST_POSTGRES") is { Length: > 0 } given)
            return given;
        if (FindBinaries() is not { } binaries)
            return "";

        Directory.CreateDirectory(_directory);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", User, _directory);
        var data = Path.Combine(_directory, "data");
        await RunAsync([.. AsUser, Path.Combine(binaries, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N"]);

        var port = FreePort();
        _process = Process.Start(Quiet(
            [.. AsUser, Path.Combine(binaries, "postgres"), "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200"]))!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var connectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
        await WaitUntilReadyAsync(connectionString);
        return connectionString;
    }

    async Task WaitUntilReadyAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create($"{connectionString};Pooling=false");
        for (var started = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync();
                return;
            }
            catch (NpgsqlException) when (started.Elapsed < TimeSpan.FromSeconds(60) && !_process!.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    static string? FindBinaries()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(version => version.Length).ThenByDescending(version => version, StringComparer.Ordinal) : Enumerable.Empty<string>();
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(installed.Select(version => Path.Combine(version, "bin")))
            .FirstOrDefault(directory => File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres")));
    }

    // PostgreSQL refuses to run as root.
    static string[] AsUser => Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={User}", "--clear-groups"] : [];

    static string User => File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:")) ? "postgres" : "nobody";

    static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(Quiet(command))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await output}{errors}");
    }

    static ProcessStartInfo Quiet(string[] command) => new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
