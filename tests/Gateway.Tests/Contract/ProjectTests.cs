using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

/// <summary>Connections, keys, projects and the catalog.</summary>
public sealed class ProjectTests(ServerFixture server) : ServerTest(server)
{
    [Fact]
    public async Task Connections_NeverShowTheirValue()
    {
        const string Definition = """{ "name": "team", "app": "slack", "value": { "token": "xoxb-never-shown" } }""";
        const string Shown = """{ "id": "<conn>", "name": "team", "app": "slack", "created": "<time>", "updated": "<time>" }""";

        var created = await Api.PostAsync("connections", Definition);
        var replaced = await Api.PostAsync("connections", Definition);

        var id = created.Text("id");
        created.Is(HttpStatusCode.Created, Shown);
        Assert.Equal($"/api/v1/connections/{id}", created.Header("Location"));
        replaced.Is(HttpStatusCode.OK, Shown.Replace("<conn>", id));
        (await Api.GetAsync($"connections/{id}")).Is(HttpStatusCode.OK, Shown.Replace("<conn>", id));
        (await Api.GetAsync("connections")).Is(HttpStatusCode.OK, $$"""{ "data": [{{Shown.Replace("<conn>", id)}}], "cursor": null, "hasMore": false }""");
        Assert.Equal(HttpStatusCode.NoContent, (await Api.DeleteAsync($"connections/{id}")).Status);
        (await Api.GetAsync($"connections/{id}")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Connection {id} was not found.");
    }

    [Fact]
    public async Task Connections_OfAnotherProject_Are404()
    {
        var id = (await Api.PostAsync("connections", """{ "name": "team", "app": "http", "value": {} }""")).Text("id");
        var other = await Server.NewProjectAsync();

        (await other.GetAsync($"connections/{id}")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Connection {id} was not found.");
        (await other.DeleteAsync($"connections/{id}")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Connection {id} was not found.");
        Assert.Equal(HttpStatusCode.OK, (await Api.GetAsync($"connections/{id}")).Status);
    }

    [Fact]
    public async Task Connections_BadValue_Answers400WithoutRepeatingIt()
    {
        var answer = await Api.PostAsync("connections", """{ "name": "team", "app": "slack", "value": { "tokn": "xoxb-never-shown" } }""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("value.token", answer.Body);
        Assert.DoesNotContain("never-shown", answer.Body);
    }

    [Fact]
    public async Task ConnectionTest_Http_TellsWhetherItAnswers()
    {
        var good = (await Api.PostAsync("connections", $$"""{ "name": "good", "app": "http", "value": { "baseUrl": "{{Server.Target.Url}}" } }""")).Text("id");
        var bad = (await Api.PostAsync("connections", """{ "name": "bad", "app": "http", "value": { "baseUrl": "http://10.0.0.1" } }""")).Text("id");

        (await Api.PostAsync($"connections/{good}/test")).Is(HttpStatusCode.OK, """{ "success": true }""");
        (await Api.PostAsync($"connections/{bad}/test")).Is(HttpStatusCode.OK, """
            {
              "success": false,
              "error": "10.0.0.1 is a private or special address, which steps may not reach. If it is meant, add '10.0.0.1:80' or its network to FlowRuns:Egress:Allow."
            }
            """);
    }

    [Fact]
    public async Task Keys_AreShownOnceAndListedWithoutThemselves()
    {
        var created = await Api.PostAsync("keys", """{ "name": "ci", "scope": "write", "expires": "2099-01-01T00:00:00Z" }""");

        var (id, key) = (created.Text("id"), created.Text("key"));
        created.Is(HttpStatusCode.Created, $$"""
            { "id": "<key>", "name": "ci", "scope": "write", "prefix": "{{key[..12]}}", "created": "<time>", "expires": "2099-01-01T00:00:00Z", "key": "<secret>" }
            """);
        (await Api.GetAsync("keys")).Is(HttpStatusCode.OK, $$"""
            {
              "data": [
                { "id": "<key>", "name": "admin", "scope": "admin", "prefix": "<text>", "created": "<time>" },
                { "id": "{{id}}", "name": "ci", "scope": "write", "prefix": "{{key[..12]}}", "created": "<time>", "expires": "2099-01-01T00:00:00Z" }
              ],
              "cursor": null,
              "hasMore": false
            }
            """);
        Assert.Equal(HttpStatusCode.NoContent, (await Api.DeleteAsync($"keys/{id}")).Status);
        (await Api.DeleteAsync($"keys/{id}")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Key {id} was not found.");
        Assert.DoesNotContain(key, await Server.ReadFilesAsync());
    }

    [Theory]
    [InlineData("""{ "scope": "read" }""", "name", "is required.")]
    [InlineData("""{ "name": "x" }""", "scope", "is required: one of read, write, admin.")]
    [InlineData("""{ "name": "x", "scope": "root" }""", "scope", "must be one of read, write, admin.")]
    [InlineData("""{ "name": "x", "scope": "read", "expires": "2020-01-01T00:00:00Z" }""", "expires", "2020-01-01T00:00:00Z is past; leave it out for a key that does not expire.")]
    public async Task Keys_BadBody_Answers400(string body, string field, string message)
    {
        (await Api.PostAsync("keys", body)).IsRefused(field, message);
    }

    [Fact]
    public async Task Projects_AreForTheOperatorOnly()
    {
        var created = await Server.Operator.PostAsync("projects", """{ "name": "Sales" }""");

        created.Is(HttpStatusCode.Created, """{ "id": "<proj>", "name": "Sales", "created": "<time>", "key": "<secret>" }""");
        Assert.Contains(created.Text("id"), (await Server.Operator.GetAsync("projects")).Json.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("id").GetString()));
        (await Server.With(created.Text("key")).GetAsync("flows")).Is(HttpStatusCode.OK, """{ "data": [], "cursor": null, "hasMore": false }""");
        (await Api.PostAsync("projects", """{ "name": "Mine" }""")).IsError(HttpStatusCode.Forbidden, "FORBIDDEN", "This needs a key of the installation's default project.");
    }

    [Fact]
    public async Task Pieces_EachStepType_HasItsSchemas()
    {
        var pieces = (await Api.GetAsync("pieces")).Json.GetProperty("data").EnumerateArray().ToList();

        Assert.Equal(["data.set", "http.request", "slack.sendMessage", "sql.query", "text.format", "webhook.respond"], pieces.Select(p => p.GetProperty("type").GetString()).Order());
        Assert.All(pieces, p => Assert.Equal(["type", "description", "connections", "inputSchema", "outputSchema"], p.EnumerateObject().Select(member => member.Name)));
        Assert.All(pieces, p => Assert.Equal("object", p.GetProperty("inputSchema").GetProperty("type").GetString()));
    }
}
