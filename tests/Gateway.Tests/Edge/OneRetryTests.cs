using System.Net;
using FlowRuns.Gateway.Tests.Webhooks;
using FlowRuns.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orleans.Runtime;

namespace FlowRuns.Gateway.Tests.Edge;

public sealed class OneRetryTests
{
    int _calls;
    string _body = "";

    [Theory]
    [InlineData("GET", null, 1, HttpStatusCode.OK, 2)]
    [InlineData("GET", null, 2, HttpStatusCode.ServiceUnavailable, 2)]
    [InlineData("POST", "key-1", 1, HttpStatusCode.OK, 2)]
    [InlineData("POST", "key-1", 2, HttpStatusCode.ServiceUnavailable, 2)]
    [InlineData("POST", null, 1, HttpStatusCode.ServiceUnavailable, 1)]
    public async Task Request_SiloGoesAway_IsRepeatedOnceWhereThatIsSafe(string method, string? key, int failures, HttpStatusCode expected, int expectedCalls)
    {
        await using var app = await StartAsync(() => _calls <= failures ? new SiloUnavailableException() : null);

        using var answer = await SendAsync(app, method, key);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(expectedCalls, _calls);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Delivery_SiloGoesAway_IsNotRepeated(string method)
    {
        await using var app = await StartAsync(() => null);
        app.Grains.AddForAll<IWebhookGrain>(new KnownWebhook(() =>
        {
            _calls++;
            throw new SiloUnavailableException();
        }));

        using var answer = await SendAsync(app, method, key: null, "/api/v1/webhooks/flow_01jsbk6r5ze6v8hbc02n1m4fqx");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Request_OurOwnFailure_IsNotRepeated()
    {
        await using var app = await StartAsync(() => new InvalidOperationException());

        using var answer = await SendAsync(app, "GET", key: null);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Request_Repeated_HasItsBodyAgain()
    {
        await using var app = await StartAsync(() => _calls == 1 ? new TimeoutException() : null);

        using var answer = await SendAsync(app, "POST", "key-1");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"n":1}""", _body);
    }

    [Theory]
    [InlineData("/api/v1/flows")]
    [InlineData("/repeated")]
    public async Task Request_NoSiloConnected_IsUnavailableAtOnce(string path)
    {
        await using var app = await StartAsync(() => null);
        app.IsConnected = false;

        using var answer = await app.SendAsync(HttpMethod.Get, path, EdgeApplication.ReadKey);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
        Assert.True(answer.Headers.Contains("X-RateLimit-Limit"));
        Assert.Equal(0, _calls);
    }

    Task<EdgeApplication> StartAsync(Func<Exception?> failure) => EdgeApplication.StartAsync(host => host
        .MapMethods("/repeated", ["GET", "POST"], async (HttpRequest request) =>
        {
            _calls++;
            using var reader = new StreamReader(request.Body, leaveOpen: true);
            _body = await reader.ReadToEndAsync();
            return failure() is { } exception ? throw exception : Results.Ok();
        })
        .WithMetadata(new FlowRuns.Gateway.Edge.SafeToRepeat("Idempotency-Key")));

    static Task<HttpResponseMessage> SendAsync(EdgeApplication app, string method, string? key, string path = "/repeated") => app.PassTimeAsync(
        app.SendAsync(new HttpMethod(method), path, content: method == "POST" ? new StringContent("""{"n":1}""") : null, headers: key is null ? [] : [("Idempotency-Key", key)]),
        FlowRuns.Gateway.Edge.OneRetry.Pause);
}
