using System.Net;

namespace FlowRuns.Gateway.Tests;

public sealed class RateLimitingTests
{
    const string Reset = "1776765600";

    [Fact]
    public async Task Answers_OfEveryKind_CarryTheCount()
    {
        await using var app = await EdgeApplication.StartAsync(map: null, ("FlowRuns:RateLimit:RequestsPerHour", "3"));

        await AssertCountAsync(app, "/api/v1/keys", HttpStatusCode.Unauthorized, "2");
        await AssertCountAsync(app, "/api/v1/nothing", HttpStatusCode.NotFound, "1");
        await AssertCountAsync(app, "/openapi/none.json", HttpStatusCode.NotFound, "0");
        await AssertCountAsync(app, "/api/v1/keys", HttpStatusCode.TooManyRequests, "0");
    }

    [Fact]
    public async Task Limit_UsedUp_SaysWhenToComeBack()
    {
        await using var app = await EdgeApplication.StartAsync(map: null, ("FlowRuns:RateLimit:RequestsPerHour", "1"));
        await app.SendAsync(HttpMethod.Get, "/api/v1/nothing", EdgeApplication.ReadKey);

        var response = await app.SendAsync(HttpMethod.Get, "/api/v1/nothing", EdgeApplication.ReadKey);

        Assert.Equal("RATE_LIMIT_EXCEEDED", (await EdgeApplication.ErrorAsync(response)).GetProperty("code").GetString());
        Assert.Equal(TimeSpan.FromMinutes(40), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Limit_UsedUpByOneKey_LeavesOthersAlone()
    {
        await using var app = await EdgeApplication.StartAsync(map: null, ("FlowRuns:RateLimit:RequestsPerHour", "1"));
        await app.SendAsync(HttpMethod.Get, "/api/v1/nothing", EdgeApplication.ReadKey);

        var other = await app.SendAsync(HttpMethod.Get, "/api/v1/nothing", EdgeApplication.WriteKey);
        var none = await app.SendAsync(HttpMethod.Get, "/api/v1/nothing");

        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    static async Task AssertCountAsync(EdgeApplication app, string path, HttpStatusCode status, string remaining)
    {
        var response = await app.Client.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("3", response.Headers.GetValues("X-RateLimit-Limit").Single());
        Assert.Equal(remaining, response.Headers.GetValues("X-RateLimit-Remaining").Single());
        Assert.Equal(Reset, response.Headers.GetValues("X-RateLimit-Reset").Single());
    }
}
