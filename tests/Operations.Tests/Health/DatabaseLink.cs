using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace FlowRuns.Operations.Tests.Health;

/// <summary>A way to a PostgreSQL that a test can cut (connections end, new ones are refused) or stall (nothing comes through any more).</summary>
sealed class DatabaseLink : IAsyncDisposable
{
    readonly IPEndPoint _server;
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentBag<TcpClient> _clients = [];
    readonly Task _accepting;
    volatile bool _isCut;
    volatile TaskCompletionSource? _stalled;

    public DatabaseLink(string connectionString)
    {
        var direct = new NpgsqlConnectionStringBuilder(connectionString);
        _server = new IPEndPoint(IPAddress.Loopback, direct.Port);
        _listener.Start();
        direct.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = direct.ConnectionString;
        _accepting = AcceptAsync();
    }

    public string ConnectionString { get; }

    public void Cut()
    {
        _isCut = true;
        CloseAll();
    }

    public void Stall() => _stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Restore()
    {
        _isCut = false;
        _stalled?.TrySetResult();
        _stalled = null;
    }

    public async ValueTask DisposeAsync()
    {
        Restore();
        _listener.Dispose();
        CloseAll();
        await _accepting;
    }

    void CloseAll()
    {
        while (_clients.TryTake(out var client))
            client.Dispose();
    }

    async Task AcceptAsync()
    {
        var pumps = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                if (_isCut)
                    client.Dispose();
                else
                    pumps.Add(CarryAsync(client));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pumps);
        }
    }

    async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _clients.Add(client);
        _clients.Add(server);
        try
        {
            await server.ConnectAsync(_server);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // That is what the test wants.
        }
        finally
        {
            client.Dispose();
        }
    }

    async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];
        var (source, target) = (from.GetStream(), to.GetStream());
        while (await source.ReadAsync(buffer) is > 0 and var count)
        {
            if (_stalled is { } stalled)
                await stalled.Task;
            await target.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
