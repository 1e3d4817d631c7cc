using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Tests;

public sealed class EdgeHostingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_AboveTheLimit_IsAnsweredWith413(bool chunked)
    {
        await using var app = await EdgeApplication.StartAsync(map: null, ("FlowRuns:Http:MaxBodyBytes", "2048"));
        var content = new StringContent($$"""{ "name": "{{new string('a', 4096)}}" }""", Encoding.UTF8, "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/keys") { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {EdgeApplication.AdminKey}");
        request.Headers.TransferEncodingChunked = chunked;

        var response = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("PAYLOAD_TOO_LARGE", (await EdgeApplication.ErrorAsync(response)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("/api/v1/keys")]
    [InlineData("/api/v1/webhooks/flow_01jsbk6r5ze6v8hbc02n1m4fqx")]
    public async Task Body_OfWhichTheLengthIsBeyondAnyBuffer_IsAnsweredWith413(string path)
    {
        await using var app = await EdgeApplication.StartAsync();

        var answer = await app.SendTextAsync($"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {EdgeApplication.AdminKey}\r\nContent-Type: application/json\r\nContent-Length: 3000000000\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Contains("PAYLOAD_TOO_LARGE", answer);
    }

    [Theory]
    [InlineData("FlowRuns:Http:MaxBodyBytes", "5", "1024 to 104857600")]
    [InlineData("FlowRuns:Http:MaxConcurrentConnections", "0", "1 to 1000000")]
    [InlineData("FlowRuns:Http:MaxHeaderBytes", "1", "1024 to 1048576")]
    [InlineData("FlowRuns:Http:KeepAlive", "00:00:00", "00:00:01 to 01:00:00")]
    [InlineData("FlowRuns:RateLimit:RequestsPerHour", "0", "1 to 1000000000")]
    public async Task Setting_OutOfRange_StopsTheStartNamingKeyAndRange(string key, string value, string range)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => EdgeApplication.StartAsync(map: null, (key, value)));

        Assert.Equal($"{key} must be {range}.", exception.Message);
    }
}
