using System.Collections.Immutable;
using System.Net;
using FlowRuns.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FlowRuns.Gateway.Tests;

public sealed class ErrorAnswersTests
{
    static readonly Dictionary<string, Exception> Failures = new()
    {
        ["not-found"] = RequestRefusedException.NotFound("Flow flow_1"),
        ["conflict"] = new RequestRefusedException(RefusalReason.Conflict, "The run has ended."),
        ["invalid"] = new RequestRefusedException([new FieldError("name", "is required."), new FieldError("scope", "is required.")]),
        ["unavailable"] = new RequestRefusedException(RefusalReason.Unavailable, "The database does not answer."),
        ["silo"] = new SiloUnavailableException("10.0.0.7:11111 is gone"),
        ["timeout"] = new TimeoutException("Response did not arrive on time in 00:00:30"),
        ["bad"] = new BadHttpRequestException("Too large.", StatusCodes.Status413PayloadTooLarge),
        ["bug"] = new InvalidOperationException("secret detail"),
        ["unknown-reason"] = new RequestRefusedException((RefusalReason)99, "secret detail"),
    };

    [Theory]
    [InlineData("not-found", 404, "NOT_FOUND")]
    [InlineData("conflict", 409, "CONFLICT")]
    [InlineData("invalid", 400, "VALIDATION_ERROR")]
    [InlineData("unavailable", 503, "SERVICE_UNAVAILABLE")]
    [InlineData("silo", 503, "SERVICE_UNAVAILABLE")]
    [InlineData("timeout", 504, "GATEWAY_TIMEOUT")]
    [InlineData("bad", 413, "PAYLOAD_TOO_LARGE")]
    [InlineData("bug", 500, "INTERNAL_ERROR")]
    [InlineData("unknown-reason", 500, "INTERNAL_ERROR")]
    public async Task Endpoint_Throws_IsAnsweredWithItsCode(string failure, int status, string code)
    {
        await using var app = await ThrowingAsync();

        var response = await app.Client.PostAsync($"/api/v1/throw/{failure}", content: null);

        var error = await EdgeApplication.ErrorAsync(response);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
        Assert.DoesNotContain("secret", error.ToString());
        Assert.DoesNotContain("10.0.0.7", error.ToString());
        Assert.Equal(code == "INTERNAL_ERROR" ? 1 : 0, app.Log.AtLeast(LogLevel.Error).Count);
        Assert.Equal(status >= 500 ? 1 : 0, app.Log.AtLeast(LogLevel.Warning).Count);
    }

    [Fact]
    public async Task Refusal_SeveralFields_ListsThemInDetails()
    {
        await using var app = await ThrowingAsync();

        var error = await EdgeApplication.ErrorAsync(await app.Client.GetAsync("/api/v1/throw/invalid"));

        Assert.Equal(["code", "message", "statusCode", "details", "requestId"], error.EnumerateObject().Select(field => field.Name));
        Assert.Equal("""[{"field":"name","message":"is required."},{"field":"scope","message":"is required."}]""", error.GetProperty("details").GetRawText());
    }

    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/flows/flow_1/nothing")]
    public async Task Path_Unknown_IsNotFoundInTheEnvelope(string path)
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.Client.GetAsync(path);

        var error = await EdgeApplication.ErrorAsync(response);
        Assert.Equal("NOT_FOUND", error.GetProperty("code").GetString());
        Assert.Equal(["code", "message", "statusCode", "requestId"], error.EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task Method_NotMapped_KeepsAllow()
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.SendAsync(HttpMethod.Put, "/api/v1/flows/flow_1/runs", EdgeApplication.AdminKey);

        Assert.Equal("METHOD_NOT_ALLOWED", (await EdgeApplication.ErrorAsync(response)).GetProperty("code").GetString());
        Assert.Equal(["GET", "POST"], response.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("abc-123", "abc-123")]
    [InlineData("a b", null)]
    [InlineData("a\tb", null)]
    public async Task RequestId_Sane_IsEchoedElseMade(string given, string? expected)
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.SendAsync(HttpMethod.Get, "/api/v1/nothing", headers: ("X-Request-Id", given));

        var id = response.Headers.GetValues("X-Request-Id").Single();
        Assert.Matches(expected is null ? "^[0-9a-f]{32}$" : $"^{expected}$", id);
    }

    [Fact]
    public async Task RequestId_TooLong_IsMade()
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.SendAsync(HttpMethod.Get, "/api/v1/nothing", headers: ("X-Request-Id", new string('a', 129)));

        Assert.Matches("^[0-9a-f]{32}$", response.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task Answer_OfTheApi_IsNeitherSniffedNorCachedNorSigned()
    {
        await using var app = await EdgeApplication.StartAsync();

        var response = await app.Client.GetAsync("/api/v1/nothing");

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.False(response.Headers.Contains("Server"));
    }

    static Task<EdgeApplication> ThrowingAsync() =>
        EdgeApplication.StartAsync(app => app.MapMethods("/api/v1/throw/{failure}", ["GET", "POST"], (string failure) => Throw(Failures[failure])));

    static string Throw(Exception exception) => throw exception;
}
