using System.Net.Sockets;
using System.Text;

namespace FlowRuns.Gateway.Tests;

public sealed class FramingTests
{
    [Fact]
    public async Task Request_WithLengthAndTransferEncoding_IsRefusedAndClosed()
    {
        var answer = await SendAsync("POST /api/v1/keys HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Contains("Connection: close", answer);
        Assert.Contains("VALIDATION_ERROR", answer);
    }

    [Fact]
    public async Task Request_WithBareLineFeeds_IsRefused()
    {
        var answer = await SendAsync("GET /api/v1/keys HTTP/1.1\r\nHost: a\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer);
    }

    [Fact]
    public async Task Request_WellFramed_ReachesTheApi()
    {
        var answer = await SendAsync("POST /api/v1/keys HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401 ", answer);
    }

    static async Task<string> SendAsync(string request)
    {
        await using var app = await EdgeApplication.StartAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var client = new TcpClient();
        await client.ConnectAsync(app.Client.BaseAddress!.Host, app.Client.BaseAddress.Port, deadline.Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), deadline.Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(deadline.Token);
    }
}
