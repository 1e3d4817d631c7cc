using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using FlowRuns.Connections;
using FlowRuns.Steps;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FlowRuns.Grains.Tests;

public sealed class HttpRequestStepTests : IDisposable
{
    static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-04-21T09:00:00Z");

    readonly EgressGuard _guard = StandIn.OpenGuard();

    public void Dispose() => _guard.Dispose();

    Task<StepOutcome> RunAsync(object input, Connection? connection = null, EgressGuard? guard = null, CancellationToken cancellationToken = default) =>
        new HttpRequestStep(guard ?? _guard, Options.Create(new StepsOptions()), new FakeTimeProvider(Now)).ExecuteAsync(SomeConnection.Context(input, connection), cancellationToken);

    static Func<HttpContext, Task> Answer(int status, string body = "", string type = "text/plain", params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return context.Response.WriteAsync(body);
    };

    static Task<StandIn> Redirecting(Func<string, string?> to, int status = 302) => StandIn.StartAsync(context =>
    {
        if (to(context.Request.Path) is { } location)
            (context.Response.StatusCode, context.Response.Headers.Location) = (status, location);
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Request_Plain_HandsBackStatusHeadersAndBody()
    {
        await using var server = await StandIn.StartAsync(Answer(201, """{ "id": 12345678901234567890, "ü": [1.50] }""", "application/json; charset=utf-8", ("X-Custom", "Abc")));

        var output = (await RunAsync(new { url = new Uri(server.Url, "/things") })).Output();

        Assert.Equal(201, output.GetProperty("status").GetInt32());
        Assert.Equal("Abc", output.GetProperty("headers").GetProperty("x-custom").GetString());
        Assert.Equal("12345678901234567890", output.GetProperty("body").GetProperty("id").GetRawText());
        var request = Assert.Single(server.Requests);
        Assert.Equal(("GET", "/things", "run_1:step"), (request.Method, request.Path, request.Headers["Idempotency-Key"]));
    }

    [Theory]
    [InlineData("""{ "body": { "a": 1 } }""", "application/json", """{"a":1}""")]
    [InlineData("""{ "body": "plain ü" }""", "text/plain; charset=utf-8", "plain ü")]
    [InlineData("""{ "body": "x", "bodyType": "json" }""", "application/json", "\"x\"")]
    [InlineData("""{ "body": { "a b": "c&d", "n": [1, 2], "z": null }, "bodyType": "form" }""", "application/x-www-form-urlencoded", "a+b=c%26d&n=1&n=2")]
    [InlineData("""{ "body": "<a/>", "headers": { "content-type": "application/xml" } }""", "application/xml", "<a/>")]
    public async Task Request_Body_IsSentAsItsType(string members, string type, string expected)
    {
        await using var server = await StandIn.StartAsync(Answer(200));
        var input = JsonElement.Parse(members).EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value);

        (await RunAsync(new Dictionary<string, object>(input) { ["url"] = server.Url, ["method"] = "POST" })).Output();

        var request = Assert.Single(server.Requests);
        Assert.Equal((type, expected), (request.Headers["Content-Type"], request.Body));
    }

    [Fact]
    public async Task Request_QueryAndHeaders_AreAddedEncoded()
    {
        await using var server = await StandIn.StartAsync(Answer(200));

        (await RunAsync(new { url = $"{server.Url}a?x=1", query = new { q = "a b&c", n = new[] { 1, 2 }, none = (string?)null }, headers = new Dictionary<string, object?> { ["X-N"] = 5, ["idempotency-key"] = "mine", ["X-None"] = null } })).Output();

        var request = Assert.Single(server.Requests);
        Assert.Equal("/a?x=1&q=a%20b%26c&n=1&n=2", request.Path);
        Assert.Equal(("5", "mine"), (request.Headers["X-N"], request.Headers["Idempotency-Key"]));
        Assert.False(request.Headers.ContainsKey("X-None"));
    }

    [Theory]
    [InlineData("application/json", "not json", "auto", "\"not json\"")]
    [InlineData("text/plain", "{\"a\":1}", "json", "{\"a\":1}")]
    [InlineData("application/problem+json", "{\"a\":1}", "text", "\"{\\\"a\\\":1}\"")]
    [InlineData("text/plain", "", "auto", "null")]
    [InlineData("application/json", "\uFEFF[1]", "auto", "[1]")]
    [InlineData("application/json", "[\"\\ud800\"]", "auto", "\"[\\\"\\\\ud800\\\"]\"")]
    public async Task Response_ByItsType_IsReadAsAsked(string type, string body, string responseType, string expected)
    {
        await using var server = await StandIn.StartAsync(Answer(200, body, type));

        Assert.Equal(expected, (await RunAsync(new { url = server.Url, responseType })).Output().GetProperty("body").GetRawText());
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(400, true)]
    [InlineData(408, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task Response_ErrorStatus_FailsAndTellsWhetherToTryAgain(int status, bool final)
    {
        await using var server = await StandIn.StartAsync(Answer(status, $"no: {new string('x', 5000)}"));

        var failure = (await RunAsync(new { url = server.Url })).Failure();

        Assert.Equal(final, failure.Final);
        Assert.StartsWith($"HTTP {status}: no: xxx", failure.Message);
        Assert.InRange(failure.Message.Length, 100, 600);
    }

    [Fact]
    public async Task Response_ErrorStatusNotToFail_IsTheOutput()
    {
        await using var server = await StandIn.StartAsync(Answer(500, "oops"));

        Assert.Equal("oops", (await RunAsync(new { url = server.Url, failOnError = false })).Output().GetProperty("body").GetString());
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Tue, 21 Apr 2026 09:01:30 GMT", 90)]
    [InlineData("Tue, 21 Apr 2026 08:00:00 GMT", 0)]
    [InlineData("999999999", 86400)]
    public async Task Response_RetryAfter_IsHonoured(string header, int seconds)
    {
        await using var server = await StandIn.StartAsync(Answer(503, "", "text/plain", ("Retry-After", header)));

        Assert.Equal(TimeSpan.FromSeconds(seconds), (await RunAsync(new { url = server.Url })).Failure().RetryAfter);
    }

    [Fact]
    public async Task Response_LargerThanTheCap_Fails()
    {
        await using var server = await StandIn.StartAsync(Answer(200, new string('x', 2001)));

        Assert.Contains("2000 bytes", (await RunAsync(new { url = server.Url, maxResponseBytes = 2000 })).Failure().Message);
        Assert.Equal(2001, (await RunAsync(new { url = server.Url, maxResponseBytes = 2001 })).Output().GetProperty("body").GetString()!.Length);
    }

    [Fact]
    public async Task Response_ZipBomb_IsStoppedAtTheCap()
    {
        await using var server = await StandIn.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Optimal);
            for (var megabyte = 0; megabyte < 64; megabyte++)
                await zip.WriteAsync(new byte[1024 * 1024], context.RequestAborted);
        });

        var failure = (await RunAsync(new { url = server.Url })).Failure();

        Assert.True(failure.Final);
        Assert.Contains("1048576 bytes", failure.Message);
    }

    [Theory]
    [InlineData("X-A", "b\r\nX-Injected: 1")]
    [InlineData("X-A", "b\nc")]
    [InlineData("X-A\r\nX-Injected", "1")]
    [InlineData("X-A", "ü")]
    [InlineData("Host", "other")]
    [InlineData("Transfer-Encoding", "chunked")]
    public async Task Request_HeaderThatCannotBeOne_IsRefused(string name, string value)
    {
        await using var server = await StandIn.StartAsync(Answer(200));

        var failure = (await RunAsync(new { url = server.Url, headers = new Dictionary<string, string> { [name] = value } })).Failure();

        Assert.True(failure.Final);
        Assert.Contains("header", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("/path", "baseUrl")]
    [InlineData("ftp://example.com/", "http or https")]
    [InlineData("file:///etc/passwd", "http or https")]
    [InlineData("http://u:secret@example.com/", "user name")]
    [InlineData("http://", "http or https")]
    public async Task Request_UrlThatCannotBeAsked_IsRefused(string url, string expected)
    {
        var failure = (await RunAsync(new { url })).Failure();

        Assert.True(failure.Final);
        Assert.Contains(expected, failure.Message);
        Assert.DoesNotContain("secret", failure.Message);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://localhost./")]
    public async Task Request_PrivateAddress_IsRefusedForGood(string url)
    {
        using var closed = new EgressGuard(new EgressOptions());

        var failure = (await RunAsync(new { url }, guard: closed)).Failure();

        Assert.True(failure.Final);
        Assert.Contains("FlowRuns:Egress:Allow", failure.Message);
    }

    [Fact]
    public async Task Request_NobodyListens_IsTriedAgain()
    {
        var failure = (await RunAsync(new { url = "http://127.0.0.1:1/" })).Failure();

        Assert.False(failure.Final);
        Assert.Contains("127.0.0.1:1", failure.Message);
    }

    [Fact]
    public async Task Request_Cancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = await StandIn.StartAsync(async context =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(new { url = server.Url }, cancellationToken: cancellation.Token));
    }

    [Theory]
    [InlineData("/users", "/v1/users")]
    [InlineData("users?a=1", "/v1/users?a=1")]
    [InlineData("//evil.example/x", "/v1/evil.example/x")]
    [InlineData("search?next=https://x", "/v1/search?next=https://x")]
    [InlineData("proxy/https://x", "/v1/proxy/https://x")]
    public async Task Connection_RelativeUrl_JoinsItsBaseUrlWithItsCredentials(string url, string expected)
    {
        await using var server = await StandIn.StartAsync(Answer(200));
        var connection = SomeConnection.To("http", new { baseUrl = $"{server.Url}v1/", headers = new { X_Key = "k-e-y" }, basic = new { username = "u", password = "pass" } });

        (await RunAsync(new { url }, connection)).Output();

        var request = Assert.Single(server.Requests);
        Assert.Equal((expected, "Basic dTpwYXNz", "k-e-y"), (request.Path, request.Headers["Authorization"], request.Headers["X_Key"]));
    }

    [Fact]
    public async Task Connection_UrlOfAnotherOrigin_GetsNoCredentials()
    {
        await using var own = await StandIn.StartAsync(Answer(200));
        await using var other = await StandIn.StartAsync(Answer(200));
        var connection = SomeConnection.To("http", new { baseUrl = own.Url, bearer = "tok-en", headers = new { X_Key = "k-e-y" } });

        (await RunAsync(new { url = other.Url }, connection)).Output();

        var request = Assert.Single(other.Requests);
        Assert.False(request.Headers.ContainsKey("Authorization") || request.Headers.ContainsKey("X_Key"));
    }

    [Fact]
    public async Task Redirect_ToAnotherOriginAndBack_LosesCredentialsForGood()
    {
        string? home = null;
        await using var other = await Redirecting(_ => $"{home}back");
        await using var own = await Redirecting(path => path == "/start" ? $"{other.Url}x" : null);
        home = own.Url.ToString();
        var connection = SomeConnection.To("http", new { baseUrl = own.Url, bearer = "tok-en" });

        (await RunAsync(new { url = "start", headers = new { Cookie = "a=b", X_Harmless = "1" } }, connection)).Output();

        Assert.Equal(["Bearer tok-en", null], own.Requests.Select(request => request.Headers.GetValueOrDefault("Authorization")));
        var stranger = Assert.Single(other.Requests);
        Assert.False(stranger.Headers.ContainsKey("Authorization") || stranger.Headers.ContainsKey("Cookie"));
        Assert.True(stranger.Headers.ContainsKey("X_Harmless"));
    }

    [Theory]
    [InlineData(301, "GET", "")]
    [InlineData(302, "GET", "")]
    [InlineData(303, "GET", "")]
    [InlineData(307, "POST", "body")]
    [InlineData(308, "POST", "body")]
    public async Task Redirect_OfAPost_KeepsMethodAndBodyWhereTheStatusSaysSo(int status, string method, string body)
    {
        await using var server = await Redirecting(path => path == "/" ? "/next" : null, status);

        (await RunAsync(new { url = server.Url, method = "POST", body = "body" })).Output();

        var next = server.Requests.Last();
        Assert.Equal(("/next", method, body), (next.Path, next.Method, next.Body));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/", "FlowRuns:Egress:Allow")]
    [InlineData("http://2130706434/", "FlowRuns:Egress:Allow")]
    [InlineData("file:///etc/passwd", "not followed")]
    [InlineData("http://u:p@example.com/", "not followed")]
    public async Task Redirect_ToWhereNoStepMayGo_IsRefusedForGood(string location, string expected)
    {
        await using var server = await Redirecting(_ => location);
        using var guard = new EgressGuard(new EgressOptions { Allow = [server.Url.Authority] });

        var failure = (await RunAsync(new { url = server.Url }, guard: guard)).Failure();

        Assert.True(failure.Final);
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void Redirect_FromHttpsToHttp_IsRefused()
    {
        using var answer = new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("http://example.com/") } };

        Assert.Throws<FormatException>(() => FlowRuns.Steps.Http.Redirect.Of(answer, new Uri("https://example.com/"), HttpMethod.Get));
    }

    [Fact]
    public async Task Redirect_WithoutEnd_StopsAfter10()
    {
        await using var server = await Redirecting(_ => "/");

        Assert.True((await RunAsync(new { url = server.Url })).Failure().Final);
        Assert.Equal(11, server.Requests.Count);
    }

    [Fact]
    public async Task Redirect_NotToBeFollowed_IsTheOutput()
    {
        await using var server = await Redirecting(_ => "/next");

        Assert.Equal(302, (await RunAsync(new { url = server.Url, followRedirects = false })).Output().GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Response_ErrorThatQuotesTheCredentials_IsMasked()
    {
        await using var server = await StandIn.StartAsync(context => Answer(403, $"bad {context.Request.Headers.Authorization}")(context));
        var connection = SomeConnection.To("http", new { baseUrl = server.Url, bearer = "tok-en" });

        Assert.Equal("HTTP 403: bad Bearer ***REDACTED***", (await RunAsync(new { url = "x" }, connection)).Failure().Message);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(200)]
    public async Task Response_ErrorWithTheCredentialsAcrossItsCuts_ShowsNoPartOfThem(int status)
    {
        var secret = $"begins{new string('-', 600)}ends";
        await using var atTheCut = await StandIn.StartAsync(Answer(status, $"{new string('x', 490)}{secret}"));
        await using var whereReadingStops = await StandIn.StartAsync(Answer(status, string.Join(' ', Enumerable.Repeat(secret, 4))));

        foreach (var server in new[] { atTheCut, whereReadingStops })
        {
            var failure = (await RunAsync(new { url = server.Url, responseType = "json" }, SomeConnection.To("http", new { bearer = secret }))).Failure();

            Assert.DoesNotContain("begins", failure.Message);
            Assert.EndsWith("...", failure.Message);
        }
    }

    [Fact]
    public async Task Response_ErrorCutInsideACharacter_EndsBeforeIt()
    {
        await using var server = await StandIn.StartAsync(Answer(500, $"{new string('x', 499)}😀😀"));

        Assert.Equal($"HTTP 500: {new string('x', 499)}...", (await RunAsync(new { url = server.Url })).Failure().Message);
    }

    [Fact]
    public async Task Response_OtherCharset_IsDecoded()
    {
        await using var server = await StandIn.StartAsync(context =>
        {
            context.Response.ContentType = "text/plain; charset=iso-8859-1";
            return context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes("grüße")).AsTask();
        });

        Assert.Equal("grüße", (await RunAsync(new { url = server.Url })).Output().GetProperty("body").GetString());
    }
}
