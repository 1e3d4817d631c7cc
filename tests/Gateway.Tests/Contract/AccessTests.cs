using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

/// <summary>Who may ask for what, and what everybody else hears.</summary>
public sealed class AccessTests(ServerFixture server) : ServerTest(server)
{
    const string UnknownFlow = "flow_01jsbk6r5ze6v8hbc02n1m4fqx";
    const string UnknownRun = "run_01jsbk6r5ze6v8hbc02n1m4fqx";

    public static TheoryData<string, string> FlowEndpoints => new()
    {
        { "GET", "" },
        { "DELETE", "" },
        { "POST", "enable" },
        { "GET", "versions" },
        { "POST", "versions/1/restore" },
        { "GET", "schedule" },
        { "POST", "schedule/resume" },
        { "GET", "schedule/occurrences" },
        { "GET", "runs" },
        { "POST", "runs" },
        { "GET", "runs/stats" },
        { "GET", $"runs/{UnknownRun}" },
        { "DELETE", $"runs/{UnknownRun}" },
        { "POST", $"runs/{UnknownRun}/cancel" },
        { "POST", $"runs/{UnknownRun}/retry" },
    };

    [Theory]
    [MemberData(nameof(FlowEndpoints))]
    public async Task Flow_UnknownMalformedOrForeign_Answers404InOneForm(string method, string path)
    {
        var foreign = await (await Server.NewProjectAsync()).CreateFlowAsync(SomeYaml.WithoutSteps);
        var deleted = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        await Api.DeleteAsync($"flows/{deleted}");

        foreach (var flow in (string[])[UnknownFlow, foreign, deleted, "flow_x", "7", "FLOW_01jsbk6r5ze6v8hbc02n1m4fqx"])
        {
            var answer = await Api.SendAsync(new HttpMethod(method), $"flows/{flow}/{path}".TrimEnd('/'));
            answer.IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Flow {flow} was not found.");
        }
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/retry")]
    public async Task Run_UnknownMalformedOrOfAnotherFlow_Answers404InOneForm(string method, string action)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var held = await Api.CreateFlowAsync(SomeYaml.Held(Server.Target.Url, $"other-{method}-{action.Length}"));
        var other = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var ended = await Api.FinishRunAsync(other);
        var running = await Api.StartRunAsync(held);

        foreach (var run in (string[])[UnknownRun, ended, running, "run_x", "7"])
        {
            var answer = await Api.SendAsync(new HttpMethod(method), $"flows/{flow}/runs/{run}{action}");
            answer.IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Run {run} was not found.");
        }

        Assert.Equal("SUCCEEDED", (await Api.GetAsync($"flows/{other}/runs/{ended}")).Text("status"));
        Assert.Equal("RUNNING", (await Api.GetAsync($"flows/{held}/runs/{running}")).Text("status"));
    }

    [Theory]
    [MemberData(nameof(FlowEndpoints))]
    public async Task Request_WithoutKey_Answers401(string method, string path)
    {
        var answer = await Server.Nobody.SendAsync(new HttpMethod(method), $"flows/{UnknownFlow}/{path}".TrimEnd('/'));

        answer.IsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "An API key is required: Authorization: Bearer fs_live_...");
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("Basic dTpw", "The Authorization header must be: Bearer, one space, and an API key.")]
    [InlineData("Bearer abc", "The API key is not one: it starts with fs_live_ or fs_test_ and has 32 to 128 letters, digits and _.")]
    [InlineData("Bearer fs_live_0123456789abcdef0123456789abcdef", "The API key is unknown, revoked or expired.")]
    public async Task Request_BadKey_Answers401(string authorization, string message)
    {
        var answer = await Server.Nobody.GetAsync("flows", ("Authorization", authorization));

        answer.IsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", message);
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task Key_OnceRevoked_IsRefusedAtOnce()
    {
        var created = await Api.PostAsync("keys", """{ "name": "short-lived", "scope": "admin" }""");
        var holder = Server.With(created.Text("key"));
        Assert.Equal(HttpStatusCode.OK, (await holder.GetAsync("flows")).Status);

        await Api.DeleteAsync($"keys/{created.Text("id")}");

        (await holder.GetAsync("flows")).IsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "The API key is unknown, revoked or expired.");
    }

    [Fact]
    public async Task Key_OnceExpired_IsRefused()
    {
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(2);
        var created = await Api.PostAsync("keys", $$"""{ "name": "short-lived", "scope": "read", "expires": "{{expires:yyyy-MM-ddTHH:mm:ss.fffZ}}" }""");
        var holder = Server.With(created.Text("key"));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Answer answer;
        while ((answer = await holder.GetAsync("flows")).Status == HttpStatusCode.OK)
            await Task.Delay(50, deadline.Token);

        Assert.True(TimeProvider.System.GetUtcNow() >= expires.AddMilliseconds(-1));
        answer.IsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", "The API key is unknown, revoked or expired.");
    }

    [Theory]
    [InlineData("POST", "flows", "write")]
    [InlineData("POST", "flows/{flow}", "write")]
    [InlineData("DELETE", "flows/{flow}", "write")]
    [InlineData("POST", "flows/{flow}/enable", "write")]
    [InlineData("POST", "flows/{flow}/runs", "write")]
    [InlineData("POST", "flows/{flow}/runs/x/cancel", "write")]
    [InlineData("POST", "flows/{flow}/runs/x/retry", "write")]
    [InlineData("DELETE", "flows/{flow}/runs/x", "write")]
    [InlineData("POST", "connections", "write")]
    [InlineData("DELETE", "connections/x", "write")]
    [InlineData("POST", "connections/x/test", "write")]
    [InlineData("GET", "keys", "admin")]
    [InlineData("POST", "keys", "admin")]
    public async Task Change_ReadKey_Answers403(string method, string path, string scope)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var reader = Server.With((await Api.PostAsync("keys", """{ "name": "reader", "scope": "read" }""")).Text("key"));

        var answer = await reader.SendAsync(new HttpMethod(method), path.Replace("{flow}", flow));

        answer.IsError(HttpStatusCode.Forbidden, "FORBIDDEN", $"This needs a key of scope {scope}; the key given has scope read.");
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync($"flows/{flow}")).Status);
    }

    [Fact]
    public async Task Keys_WriteKey_Answers403()
    {
        var writer = Server.With((await Api.PostAsync("keys", """{ "name": "writer", "scope": "write" }""")).Text("key"));

        (await writer.PostAsync("keys", """{ "name": "more", "scope": "admin" }""")).IsError(HttpStatusCode.Forbidden, "FORBIDDEN", "This needs a key of scope admin; the key given has scope write.");
        Assert.Equal(HttpStatusCode.Created, (await writer.PostAsync("flows", SomeYaml.WithoutSteps, Api.Yaml)).Status);
    }

    [Theory]
    [InlineData("PUT", "runs", "GET, POST")]
    [InlineData("PATCH", "runs", "GET, POST")]
    [InlineData("DELETE", "runs", "GET, POST")]
    [InlineData("OPTIONS", "runs", "GET, POST")]
    [InlineData("HEAD", "runs", "GET, POST")]
    [InlineData("HEAD", $"runs/{UnknownRun}", "DELETE, GET")]
    [InlineData("POST", $"runs/{UnknownRun}", "DELETE, GET")]
    [InlineData("PUT", "runs/stats", "DELETE, GET")]
    [InlineData("GET", $"runs/{UnknownRun}/cancel", "POST")]
    public async Task Request_MethodThatTheAddressDoesNotKnow_Answers405(string method, string path, string allow)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.SendAsync(new HttpMethod(method), $"flows/{flow}/{path}");

        if (method == "HEAD")
            Assert.Equal((HttpStatusCode.MethodNotAllowed, ""), (answer.Status, answer.Body));
        else
            answer.IsError(HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", "This address does not answer this method; Allow lists those it answers.");
        Assert.Equal(allow, string.Join(", ", answer.ContentHeaders.Allow.Order()));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("/api/v2/flows")]
    [InlineData("/nothing")]
    public async Task Address_Unknown_Answers404(string path)
    {
        var answer = await Api.GetAsync(path);

        answer.IsError(HttpStatusCode.NotFound, "NOT_FOUND", "There is nothing at this address.");
    }

    [Theory]
    [InlineData("caller-7", "caller-7")]
    [InlineData("has space", null)]
    public async Task RequestId_GivenWell_IsEchoed(string given, string? echoed)
    {
        var answer = await Api.GetAsync("flows/x", ("X-Request-Id", given));

        var id = answer.Json.GetProperty("error").GetProperty("requestId").GetString();
        Assert.Equal(echoed ?? answer.Header("X-Request-Id"), id);
        Assert.Equal(echoed is not null, id == given);
    }

    [Fact]
    public async Task Remaining_EachRequest_IsOneLess()
    {
        var first = await Api.GetAsync("flows");
        var second = await Api.GetAsync("flows/x");

        Assert.Equal(long.Parse(first.Header("X-RateLimit-Remaining")) - 1, long.Parse(second.Header("X-RateLimit-Remaining")));
    }
}
