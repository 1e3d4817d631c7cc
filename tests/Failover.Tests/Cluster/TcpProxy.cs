using System.Net;
using System.Net.Sockets;

namespace FlowRuns.Failover.Tests.Cluster;

/// <summary>Stands between the product and its database, and cuts connections at the worst moment.</summary>
sealed class TcpProxy : IAsyncDisposable
{
    readonly TcpListener listener;
    readonly CancellationTokenSource stop = new();
    readonly int target;
    readonly Task accepting;
    int cuts;

    public TcpProxy(IPAddress address, int target)
    {
        this.target = target;
        listener = new(address, 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many connections were cut.</summary>
    public int CutCount { get; private set; }

    /// <summary>The next requests reach the database, and their answers nobody: what they committed is unknown to who sent them.</summary>
    public void CutNextAnswers(int count) => Interlocked.Exchange(ref cuts, count);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var from = client;
        using var to = new TcpClient();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            client.NoDelay = to.NoDelay = true;
            await to.ConnectAsync(IPAddress.Loopback, target, end.Token);
            // Not GetStream: of a client that is gone already it makes no lost connection but a mistake of ours.
            await using var requests = new NetworkStream(client.Client);
            await using var answers = new NetworkStream(to.Client);
            await Task.WhenAny(RequestsAsync(requests, answers, end), answers.CopyToAsync(requests, end.Token));
        }
        catch (Exception lost) when (lost is SocketException or IOException or OperationCanceledException)
        {
            // Either side went away: the other one is told by the end of its connection.
        }

        await end.CancelAsync();
    }

    async Task RequestsAsync(NetworkStream from, NetworkStream to, CancellationTokenSource end)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, end.Token)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), end.Token);
            if (!IsExecution(buffer.AsSpan(0, read)) || Interlocked.Decrement(ref cuts) < 0)
                continue;

            CutCount++;
            // The answer goes nowhere from now on; the server still reads what it was sent.
            from.Socket.Close();
            await Task.Delay(TimeSpan.FromMilliseconds(200), end.Token);
            return;
        }
    }

    /// <summary>PostgreSQL's protocol: the last message of a request is Sync, and only one with an Execute before it changes anything.</summary>
    static bool IsExecution(ReadOnlySpan<byte> request) => request.EndsWith("S\0\0\0\u0004"u8) && request.Length > 100;
}
