using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Tests;

public sealed class TrustedProxiesTests
{
    const string Setting = "FlowRuns:Http:TrustedProxies";

    [Theory]
    [InlineData("", "203.0.113.9", "127.0.0.1 http")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "127.0.0.1 http")]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9 https")]
    [InlineData("127.0.0.0/8, 10.0.0.0/8", "203.0.113.9, 198.51.100.1, 10.1.2.3", "198.51.100.1 https")]
    [InlineData("127.0.0.1", "2001:db8::1", "2001:db8::1 https")]
    public async Task Caller_ThatSaysWhomItSpeaksFor_IsBelievedWhenTheOperatorSaysSo(string proxies, string forwardedFor, string expected)
    {
        await using var app = await EdgeApplication.StartAsync(
            a => a.MapGet("/who", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Scheme}").AllowAnonymous(), (Setting, proxies));

        var answer = await app.SendAsync(HttpMethod.Get, "/who", headers: [("X-Forwarded-For", forwardedFor), ("X-Forwarded-Proto", string.Join(", ", forwardedFor.Split(',').Select(_ => "https")))]);

        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("proxy.example.com")]
    [InlineData("10.0.0.0/33")]
    public async Task Setting_WithSomethingElse_StopsTheStart(string proxies)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => EdgeApplication.StartAsync(map: null, (Setting, proxies)));

        Assert.Contains(Setting, refused.Message);
    }
}
