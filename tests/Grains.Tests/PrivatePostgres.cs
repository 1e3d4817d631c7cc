using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FlowRuns.Grains.Tests;

/// <summary>A PostgreSQL of our own, made of the local binaries in a directory that goes with it.</summary>
sealed class PrivatePostgres : IAsyncDisposable
{
    readonly string _directory;
    readonly ProcessStartInfo _start;
    Process _process;

    PrivatePostgres(string directory, string binaries, int port, string[] settings)
    {
        _directory = directory;
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
        string[] fixedSettings = [$"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories="];
        _start = Quiet([.. AsUser, Path.Combine(binaries, "postgres"), "-D", DataOf(directory), .. fixedSettings.Concat(settings).SelectMany(setting => new[] { "-c", setting })]);
        _process = Launch(_start);
    }

    /// <summary>Of the superuser, who needs no password.</summary>
    public string ConnectionString { get; }

    /// <summary>Of the server's first process, the parent of all others.</summary>
    public int ProcessId => _process.Id;

    public static string? FindBinaries()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(version => version.Length).ThenByDescending(version => version, StringComparer.Ordinal) : Enumerable.Empty<string>();
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(installed.Select(version => Path.Combine(version, "bin")))
            .FirstOrDefault(directory => File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres")));
    }

    /// <param name="settings">Such as <c>fsync=off</c>; all others have PostgreSQL's defaults.</param>
    public static async Task<PrivatePostgres> StartAsync(string binaries, params string[] settings)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"flowruns-postgres-{Environment.ProcessId}");
        Directory.CreateDirectory(directory);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", User, directory);
        await RunAsync([.. AsUser, Path.Combine(binaries, "initdb"), "-D", DataOf(directory), "-U", "postgres", "-A", "trust", "-N"]);

        var server = new PrivatePostgres(directory, binaries, FreePort(), settings);
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>Returns the connection string of a new, empty database.</summary>
    public static async Task<string> NewDatabaseAsync(string server, string name)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>All its processes end at once; the next start recovers from its log, on the same port.</summary>
    public async Task CrashAsync()
    {
        await RunAsync("kill", "-QUIT", $"{_process.Id}");
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public async Task StartAgainAsync()
    {
        _process = Launch(_start);
        await WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
        await RunAsync("kill", "-INT", $"{_process.Id}");
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    static Process Launch(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    async Task WaitUntilReadyAsync()
    {
        await using var source = NpgsqlDataSource.Create($"{ConnectionString};Pooling=false");
        for (var started = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync();
                return;
            }
            catch (NpgsqlException) when (started.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    static string DataOf(string directory) => Path.Combine(directory, "data");

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
