using System.Net;
using System.Net.Sockets;

namespace FlowRuns.Load.Servers;

/// <summary>Where HTTP steps send their messages: takes any small request and says that all is well, at next to no cost.</summary>
sealed class StandIn : IDisposable
{
    static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}"u8.ToArray();

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public StandIn()
    {
        _listener.Start(backlog: 512);
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public void Dispose() => _listener.Dispose();

    async Task AcceptAsync()
    {
        while (_listener.Server.IsBound)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>A request is over when its head has come and as many bytes as its Content-Length says; the product sends both at once or in two pieces.</summary>
    static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var buffer = new byte[64 * 1024];
            for (var length = 0; ;)
            {
                int read;
                try
                {
                    read = await socket.ReceiveAsync(buffer.AsMemory(length));
                }
                catch (SocketException)
                {
                    return;
                }

                if (read == 0)
                    return;
                length += read;
                if (!IsWhole(buffer.AsSpan(0, length)))
                    continue;
                await socket.SendAsync(Answer);
                length = 0;
            }
        }
    }

    static bool IsWhole(ReadOnlySpan<byte> request)
    {
        var end = request.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var at = request.IndexOf("Content-Length: "u8);
        if (at < 0)
            return request.IndexOf("Transfer-Encoding: chunked"u8) < 0 || request.EndsWith("0\r\n\r\n"u8);
        var digits = request[(at + 16)..];
        return request.Length - end - 4 >= int.Parse(digits[..digits.IndexOf((byte)'\r')]);
    }
}
