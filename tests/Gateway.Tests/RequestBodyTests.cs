using System.Net;
using System.Text;
using FlowRuns.Errors;
using FlowRuns.Gateway.Projects;
using FlowRuns.Gateway.Runs;

namespace FlowRuns.Gateway.Tests;

public sealed class RequestBodyTests
{
    [Theory]
    [InlineData("""{ "data": { "b": 1, "a": [null, 1.50] } }""", """{ "b": 1, "a": [null, 1.50] }""")]
    [InlineData("""{ "data": 1e400 }""", "1e400")]
    [InlineData("\uFEFF{ \"data\": true }", "true")]
    [InlineData("""{ "data": null }""", null)]
    [InlineData("{}", null)]
    [InlineData("", null)]
    public void StartRun_AnyData_IsTakenAsItIs(string json, string? data)
    {
        var request = Body(json).ReadOr(StartRunRequest.Empty);

        Assert.Equal(data?.Replace(" ", ""), request.Data?.ToString().Replace(" ", ""));
    }

    [Theory]
    [InlineData("", "body", "is required: a JSON object.")]
    [InlineData("null", "body", "must be a JSON object, not null.")]
    [InlineData("[]", "body", "must be a JSON object.")]
    [InlineData("\"x\"", "body", "must be a JSON object.")]
    [InlineData("""{ "name": 1 }""", "name", "must be a string.")]
    [InlineData("""{ "name": { "x": 1 } }""", "name", "must be a string.")]
    [InlineData("""{ "scope": "root" }""", "scope", "must be one of read, write, admin.")]
    [InlineData("""{ "scope": 2 }""", "scope", "must be one of read, write, admin.")]
    [InlineData("""{ "expires": "soon" }""", "expires", "A time such as 2026-04-21T09:00:00Z was expected.")]
    [InlineData("""{ "Name": "x" }""", "Name", "is not a known field; known here are name, scope, expires.")]
    [InlineData("""{ "name": "x", "rights": [] }""", "rights", "is not a known field; known here are name, scope, expires.")]
    public void CreateKey_WrongBody_NamesFieldAndWayOut(string json, string field, string message)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => Body(json).Read<CreateKeyRequest>());

        Assert.Equal([new FieldError(field, message)], refused.Details);
    }

    [Theory]
    [InlineData("""{ "dryRun": "yes" }""", "dryRun", "must be true or false.")]
    [InlineData("""{ "from": " ", "version": "newest" }""", "from", "must have 1 to 200 characters that are not all blank; it has 1.")]
    [InlineData("""{ "version": "newest" }""", "version", "'newest' is not one of original, latest.")]
    [InlineData("""{ "dryRun": true }""", "dryRun", "is not supported by this version; leave it out.")]
    public void Retry_WrongBody_NamesFieldAndWayOut(string json, string field, string message)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => Body(json).ReadOr(RetryRunRequest.Empty).ToRetryRun());

        Assert.Equal(new FieldError(field, message), refused.Details[0]);
    }

    [Fact]
    public void Retry_NoBody_RunsAllOfItAgain()
    {
        var retry = Body("").ReadOr(RetryRunRequest.Empty).ToRetryRun();

        Assert.Equal("start", retry.From);
        Assert.False(retry.Latest);
        Assert.Null(retry.Data);
    }

    [Fact]
    public void Key_SeveralFaults_AreAllNamed()
    {
        var request = Body("""{ "name": " ", "expires": "2020-01-01T00:00:00Z" }""").Read<CreateKeyRequest>();

        var refused = Assert.Throws<RequestRefusedException>(() => request.Validate(DateTimeOffset.Parse("2026-04-21T09:00:00Z")));

        Assert.Equal(["name", "scope", "expires"], refused.Details.Select(detail => detail.Field));
    }

    [Theory]
    [InlineData("""{ "name": "a", "app": "http" }""")]
    [InlineData("""{ "name": "a", "app": "http", "value": null }""")]
    [InlineData("""{ "name": "a", "app": "http", "value": "x" }""")]
    public void Connection_ValueNoObject_IsRefused(string json)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => Body(json).Read<ConnectionRequest>().ToDefinition());

        Assert.Equal("value", Assert.Single(refused.Details).Field);
    }

    [Theory]
    [InlineData("text/plain", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "{", HttpStatusCode.BadRequest)]
    [InlineData("application/vnd.acme+json; charset=UTF-8", "{", HttpStatusCode.BadRequest)]
    [InlineData("application/x-www-form-urlencoded", "", HttpStatusCode.BadRequest)]
    public async Task Body_ByContentType_IsReadOrRefused(string? contentType, string body, HttpStatusCode expected)
    {
        await using var app = await EdgeApplication.StartAsync();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var response = await app.SendAsync(HttpMethod.Post, "/api/v1/keys", EdgeApplication.AdminKey, content);

        Assert.Equal(expected, response.StatusCode);
        await EdgeApplication.ErrorAsync(response);
    }

    static RequestBody Body(string json) => new(Encoding.UTF8.GetBytes(json));
}
