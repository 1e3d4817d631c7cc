using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FlowRuns.Load.Driving;

/// <summary>One keep-alive connection for prepared requests, one at a time. HttpClient would cost several times as much, on processors that the product needs.</summary>
sealed class HttpConnection : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    byte[] _buffer = new byte[16 * 1024];

    public static async Task<HttpConnection> OpenAsync(Uri server)
    {
        var connection = new HttpConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return connection;
    }

    /// <summary>The bytes of a request. The connection reads answers framed by length or in chunks, as Kestrel sends them.</summary>
    public static byte[] Request(string method, string pathAndQuery, string key, string? body = null) => Encoding.UTF8.GetBytes(
        $"{method} {pathAndQuery} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        + (body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>The answer's bytes are valid until the next request.</summary>
    public async ValueTask<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        for (var length = 0; ;)
        {
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, 2 * length);
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(length));
            if (read == 0)
                throw new IOException("The server closed the connection.");
            length += read;
            if (FindBody(_buffer.AsSpan(0, length)) is { } body)
                return new HttpAnswer(StatusOf(_buffer), _buffer.AsMemory(body, length - body));
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Where the body begins, or null while some of it is missing.</summary>
    static int? FindBody(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return null;

        var head = answer[..(end + 2)];
        var body = answer[(end + 4)..];
        var isWhole = head.IndexOf("\r\nContent-Length: "u8) is var at and >= 0
            ? body.Length >= ParseNumber(head[(at + 18)..])
            : head.IndexOf("\r\nTransfer-Encoding: chunked\r\n"u8) < 0 || body.EndsWith("0\r\n\r\n"u8);
        return isWhole ? end + 4 : null;
    }

    static int StatusOf(ReadOnlySpan<byte> answer) => ParseNumber(answer["HTTP/1.1 ".Length..]);

    static int ParseNumber(ReadOnlySpan<byte> text) => int.Parse(text[..text.IndexOfAnyExceptInRange((byte)'0', (byte)'9')], NumberStyles.None, CultureInfo.InvariantCulture);
}
