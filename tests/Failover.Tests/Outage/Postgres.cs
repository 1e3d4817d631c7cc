using System.Diagnostics;
using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;
using Npgsql;

namespace FlowRuns.Failover.Tests.Outage;

/// <summary>A PostgreSQL of our own, made of the local binaries, that a test stops, kills, holds up and starts again.</summary>
sealed class Postgres : IAsyncDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-outage-").FullName;
    readonly string _binaries;
    readonly int _port = FreePorts.Take(1)[0];

    Postgres(string binaries) => _binaries = binaries;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres";

    /// <summary>Whether the data are on a disk of their own that can be filled.</summary>
    public bool HasSmallDisk { get; private set; }

    public bool IsRunning => File.Exists(Path.Combine(Data, "postmaster.pid"));

    string Data => Path.Combine(_directory, "data");

    string Filler => Path.Combine(_directory, "filler");

    /// <summary>null where there are no binaries.</summary>
    public static async Task<Postgres?> StartNewAsync()
    {
        if (PrivatePostgres.FindBinaries() is not { } binaries)
            return null;

        var postgres = new Postgres(binaries);
        if (Environment.IsPrivilegedProcess)
        {
            postgres.HasSmallDisk = (await TryRunAsync("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", postgres._directory)).ExitCode == 0;
            await RunAsync("chown", "postgres", postgres._directory);
        }

        await postgres.RunAsServerAsync("initdb", "-D", postgres.Data, "-U", "postgres", "-A", "trust");
        await postgres.StartAsync();
        return postgres;
    }

    public Task StartAsync() => RunAsServerAsync(
        "pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_directory, "log"), "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=60 -c max_wal_size=64MB", "start");

    /// <param name="mode"><c>fast</c> rolls back and disconnects, <c>immediate</c> recovers at the next start.</param>
    public Task StopAsync(string mode) => RunAsServerAsync("pg_ctl", "-D", Data, "-w", "-m", mode, "stop");

    /// <summary>SIGKILL, as the system's out-of-memory killer does; the server's first process goes with its children.</summary>
    public async Task KillAsync()
    {
        await SignalAllAsync("KILL");
        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    /// <summary>Sends the signal to the server's first process and to all of its children.</summary>
    public async Task SignalAllAsync(string signal)
    {
        var first = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        var (_, children) = await TryRunAsync("pgrep", "-P", first);
        await TryRunAsync(["kill", $"-{signal}", first, .. children.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
    }

    /// <summary>Takes every connection there is, the product's too, and holds them until disposed.</summary>
    public async Task<IAsyncDisposable> TakeAllConnectionsAsync()
    {
        var held = new HeldConnections(NpgsqlDataSource.Create($"{ConnectionString};Pooling=false;Timeout=2"));
        for (var round = 0; round < 5; round++)
        {
            while (await held.TryTakeAsync())
            {
            }

            await held.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'flowruns%'");
        }

        return held;
    }

    public async Task<IAsyncDisposable> LockAsync(string table)
    {
        var held = new HeldConnections(NpgsqlDataSource.Create($"{ConnectionString};Pooling=false"));
        await held.TryTakeAsync();
        await held.ExecuteAsync($"begin; lock table {table} in access exclusive mode");
        return held;
    }

    public Task FillDiskAsync() => TryRunAsync("dd", "if=/dev/zero", $"of={Filler}", "bs=1M");

    public void FreeDisk() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await StopAsync("immediate");
        if (HasSmallDisk)
            await RunAsync("umount", _directory);
        Directory.Delete(_directory, recursive: true);
    }

    // PostgreSQL refuses to run as root.
    Task RunAsServerAsync(string program, params string[] arguments) =>
        RunAsync([.. Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--clear-groups"] : Array.Empty<string>(), Path.Combine(_binaries, program), .. arguments]);

    static async Task RunAsync(params string[] command)
    {
        var (exitCode, output) = await TryRunAsync(command);
        if (exitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {exitCode}: {output}");
    }

    // Through a file: a server that is started keeps its parent's output open.
    static async Task<(int ExitCode, string Output)> TryRunAsync(params string[] command)
    {
        var output = Path.GetTempFileName();
        using var process = Process.Start("sh", ["-c", "out=$1; shift; exec \"$@\" > \"$out\" 2>&1", "sh", output, .. command]);
        await process.WaitForExitAsync();
        var text = await File.ReadAllTextAsync(output);
        File.Delete(output);
        return (process.ExitCode, text);
    }
}
