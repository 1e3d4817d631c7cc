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
        return await app.SendTextAsync(request);
    }
}
