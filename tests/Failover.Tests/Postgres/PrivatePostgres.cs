using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FlowRuns.Failover.Tests.Postgres;

/// <summary>A PostgreSQL server of one's own, made of the local binaries, which can be killed and started again.</summary>
sealed class PrivatePostgres : IAsyncDisposable
{
    readonly string directory;
    readonly string binaries;
    readonly string[] settings;
    Process process = null!;

    PrivatePostgres(string directory, string binaries, string[] settings)
    {
        this.directory = directory;
        this.binaries = binaries;
        this.settings = settings;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres";

    string Data => Path.Combine(directory, "data");

    /// <returns>null when this machine has no PostgreSQL.</returns>
    /// <param name="settings">Further settings of the server, as <c>name=value</c>.</param>
    public static async Task<PrivatePostgres?> StartNewAsync(string directory, params string[] settings)
    {
        if (FindBinaries() is not { } binaries)
            return null;

        Directory.CreateDirectory(directory);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", User, directory);
        var server = new PrivatePostgres(directory, binaries, settings);
        await RunAsync([.. AsUser, Path.Combine(binaries, "initdb"), "-D", server.Data, "-U", "postgres", "-A", "trust", "-N"]);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        string[] all = [$"port={Port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", .. settings];
        process = Process.Start(Quiet([.. AsUser, Path.Combine(binaries, "postgres"), "-D", Data, .. all.SelectMany(setting => new[] { "-c", setting })]))!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await WaitUntilReadyAsync();
    }

    /// <summary>SIGQUIT: all its processes end at once, and the next start recovers from the log.</summary>
    public Task CrashAsync() => EndAsync("-QUIT");

    public async ValueTask DisposeAsync()
    {
        // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
        await EndAsync("-INT");
        Directory.Delete(directory, recursive: true);
    }

    async Task EndAsync(string signal)
    {
        if (!process.HasExited)
            await RunAsync("kill", signal, $"{process.Id}");
        await process.WaitForExitAsync();
        process.Dispose();
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
            catch (NpgsqlException) when (started.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
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
}
