using System.Net;
using System.Text;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class WebhookDeliveryTests(ServerFixture server) : WebhookTest(server)
{
    const string NotAuthentic = "The delivery is not authentic.";
    const string Nothing = "There is nothing at this address.";

    [Fact]
    public async Task Deliver_Json_AnswersTheRunAndIsItsTrigger()
    {
        var flow = await CreateAsync(steps: """
            steps:
              - { name: Tell, type: text.format, input: { text: "{{ trigger.method }} {{ trigger.headers['x-event'] }} {{ trigger.query.page }} {{ trigger.body.id }}" } }
            """);

        var answer = await Server.Nobody.PostAsync($"webhooks/{flow}?page=2", """{ "id": 7 }""", Api.Json, ("X-Event", "paid"), ("Authorization", "Bearer of-somebody"));

        answer.Is(HttpStatusCode.OK, """{ "runId": "<run>", "status": "RUNNING" }""");
        Assert.Equal(answer.Text("runId"), answer.Header("X-Run-Id"));
        var run = await Api.EndedRunAsync(flow, answer.Text("runId"));
        Assert.Equal("WEBHOOK", run.Text("triggerType"));
        ExpectedJson.Check(
            """{ "name": "Webhook Trigger", "status": "SUCCEEDED", "duration": 0, "output": { "method": "POST", "headers": { "host": "<text>", "content-type": "application/json", "content-length": "<text>", "x-event": "paid" }, "query": { "page": "2" }, "body": { "id": 7 } }, "startTime": "<time>" }""",
            run.Json.GetProperty("steps")[0].GetRawText());
        Assert.Equal("POST paid 2 7", run.Json.GetProperty("steps")[1].GetProperty("output").GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "a=1&b=x+y&a=2", """{"a":["1","2"],"b":"x y"}""")]
    [InlineData("text/plain; charset=utf-8", "Grüße", "\"Grüße\"")]
    [InlineData("application/octet-stream", "abc", "\"YWJj\"")]
    [InlineData("application/vnd.api+json", "[1]", "[1]")]
    public async Task Deliver_EveryMediaType_IsTheBody(string mediaType, string body, string expected)
    {
        var flow = await CreateAsync();

        var answer = await Server.Nobody.PostAsync($"webhooks/{flow}", body, mediaType);

        var run = await Api.EndedRunAsync(flow, answer.Text("runId"));
        ExpectedJson.Check(expected, run.Json.GetProperty("trigger").GetProperty("body").GetRawText());
    }

    [Fact]
    public async Task Deliver_WithoutBody_IsNull()
    {
        var flow = await CreateAsync("type: WEBHOOK, method: ANY");

        var answer = await Server.Nobody.SendAsync(HttpMethod.Get, $"webhooks/{flow}?a=1");

        var run = await Api.EndedRunAsync(flow, answer.Text("runId"));
        Assert.Equal("null", run.Json.GetProperty("trigger").GetProperty("body").GetRawText());
        Assert.Equal("GET", run.Json.GetProperty("trigger").GetProperty("method").GetString());
    }

    [Fact]
    public async Task Deliver_MalformedJson_Answers400AndRunsNothing()
    {
        var flow = await CreateAsync();

        var answer = await DeliverAsync(flow, """{ "a": 1, "a": 2 }""");

        answer.IsRefused("a", "is there twice; a key may be given once.");
        Assert.Equal(0, await CountRunsAsync(flow));
    }

    [Fact]
    public async Task Deliver_TooLargeBody_Answers413()
    {
        var flow = await CreateAsync();

        var answer = await DeliverAsync(flow, new string('1', 1024 * 1024 + 1), ("Expect", "100-continue"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
    }

    [Fact]
    public async Task Deliver_OtherMethod_Answers405WithAllow()
    {
        var flow = await CreateAsync("type: WEBHOOK, method: PUT");

        var answer = await DeliverAsync(flow);
        var head = await Server.Nobody.SendAsync(HttpMethod.Head, $"webhooks/{flow}");
        var options = await Server.Nobody.SendAsync(HttpMethod.Options, $"webhooks/{flow}");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal(["PUT"], answer.ContentHeaders.Allow);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, HttpStatusCode.MethodNotAllowed), (head.Status, options.Status));
        Assert.Equal(0, await CountRunsAsync(flow));
    }

    [Fact]
    public async Task Deliver_ToWhatIsNoWebhook_Answers404InOneForm()
    {
        var disabled = await Api.CreateFlowAsync("name: Off\ntrigger: { type: WEBHOOK }");
        var manual = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        await Api.PostAsync($"flows/{manual}/enable");
        var deleted = await CreateAsync();
        await Api.DeleteAsync($"flows/{deleted}");

        foreach (var flow in (string[])[disabled, manual, deleted, "flow_01jsbk6r5ze6v8hbc02n1m4fqx", "flow_x", "x"])
            (await DeliverAsync(flow)).IsError(HttpStatusCode.NotFound, "NOT_FOUND", Nothing);
    }

    [Fact]
    public async Task Deliver_AfterDisabling_Answers404AtOnce()
    {
        var flow = await CreateAsync();
        Assert.Equal(HttpStatusCode.OK, (await DeliverAsync(flow)).Status);

        await Api.PostAsync($"flows/{flow}/disable");
        var refused = await DeliverAsync(flow);
        await Api.PostAsync($"flows/{flow}/enable");

        refused.IsError(HttpStatusCode.NotFound, "NOT_FOUND", Nothing);
        await UntilAsync(HttpStatusCode.OK, () => DeliverAsync(flow));
    }

    [Fact]
    public async Task Deliver_NotSignedOrWrongly_Answers401AndRunsNothing()
    {
        var flow = await CreateSignedAsync();

        Answer[] answers =
        [
            await DeliverAsync(flow),
            await DeliverAsync(flow, "{}", ("X-Hub-Signature-256", "sha256=00")),
            await DeliverSignedAsync(flow, "{}", "another-secret-0123456789"),
            await DeliverSignedAsync(flow, "not JSON", "another-secret-0123456789"),
        ];

        Assert.All(answers, answer =>
        {
            answer.IsError(HttpStatusCode.Unauthorized, "UNAUTHORIZED", NotAuthentic);
            Assert.Equal("Webhook", answer.Header("WWW-Authenticate"));
        });
        Assert.Equal(0, await CountRunsAsync(flow));
    }

    [Fact]
    public async Task Deliver_Signed_IsTakenAndItsSecretIsNowhere()
    {
        var flow = await CreateSignedAsync();

        var answer = await DeliverSignedAsync(flow, $$"""{ "echo": "{{Secret}}" }""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var run = await Api.EndedRunAsync(flow, answer.Text("runId"));
        Assert.Equal("""{"echo":"***REDACTED***"}""", run.Json.GetProperty("trigger").GetProperty("body").GetRawText());
        Assert.DoesNotContain("x-hub-signature", run.Body);
        string[] seen = [run.Body, (await Api.GetAsync($"flows/{flow}")).Body, (await Api.GetAsync($"flows/{flow}/webhook")).Body, (await Api.GetAsync("connections")).Body, Server.Log, await Server.ReadFilesAsync()];
        Assert.All(seen, text => Assert.DoesNotContain(Secret, text));
    }

    [Fact]
    public async Task Deliver_WhileSecretsAreRotated_TakesBothAndThenTheNewOne()
    {
        const string New = "the-new-secret-0123456789";
        var flow = await CreateSignedAsync();
        Assert.Equal(HttpStatusCode.OK, (await DeliverSignedAsync(flow, "{}")).Status);

        await PutSecretsAsync(New, Secret);
        await UntilAsync(HttpStatusCode.OK, () => DeliverSignedAsync(flow, "{}", New));
        var old = await DeliverSignedAsync(flow, "{}");
        await PutSecretsAsync(New);
        await UntilAsync(HttpStatusCode.Unauthorized, () => DeliverSignedAsync(flow, "{}"));

        Assert.Equal(HttpStatusCode.OK, old.Status);
        Assert.Equal(HttpStatusCode.OK, (await DeliverSignedAsync(flow, "{}", New)).Status);
    }

    [Theory]
    [InlineData("Idempotency-Key")]
    [InlineData("webhook-id")]
    [InlineData("X-GitHub-Delivery")]
    public async Task Deliver_AgainWithTheSameKey_AnswersTheSameRun(string header)
    {
        var flow = await CreateAsync();

        var first = await DeliverAsync(flow, """{ "a": 1 }""", (header, "delivery-1"));
        var second = await DeliverAsync(flow, """{ "a": 1 }""", (header, "delivery-1"));
        var other = await DeliverAsync(flow, """{ "a": 2 }""", (header, "delivery-1"));

        second.Is(HttpStatusCode.OK, first.Body);
        Assert.Equal(HttpStatusCode.Conflict, other.Status);
        Assert.Equal(1, await CountRunsAsync(flow));
    }

    [Fact]
    public async Task Deliver_AgainWithTheSameKeyInTheBody_AnswersTheSameRun()
    {
        var flow = await CreateAsync("""type: WEBHOOK, idempotencyKey: "{{ trigger.body.id }}" """);

        var first = await DeliverAsync(flow, """{ "id": "a" }""");
        var second = await DeliverAsync(flow, """{ "id": "a" }""");
        var third = await DeliverAsync(flow, """{ "id": "b" }""");
        var none = await DeliverAsync(flow, "{}");

        Assert.Equal(first.Body, second.Body);
        Assert.NotEqual(first.Body, third.Body);
        none.IsRefused("body", "has nothing that names this delivery where the flow expects it.");
        Assert.Equal(2, await CountRunsAsync(flow));
    }

    [Fact]
    public async Task Deliver_AThousandTimesAtOnce_StartsOneRun()
    {
        var flow = await CreateSignedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => DeliverSignedAsync(flow, "{}", Secret, ("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(1, await CountRunsAsync(flow));
    }

    [Fact]
    public async Task Deliver_AsAManualStartUsedTheKey_StartsARunOfItsOwn()
    {
        var flow = await CreateAsync();
        await Api.PostAsync($"flows/{flow}/runs", "{}", Api.Json, ("Idempotency-Key", "order-7"));

        var answer = await DeliverAsync(flow, "{}", ("Idempotency-Key", "order-7"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(2, await CountRunsAsync(flow));
    }

    [Theory]
    [InlineData("type: HEADER, connection: hook", "", "X-API-Key", Secret)]
    [InlineData("type: HEADER, connection: hook, name: X-Token", "", "X-Token", Secret)]
    [InlineData("type: QUERY, connection: hook", $"?token={Secret}", "X", "-")]
    [InlineData("type: QUERY, connection: hook, name: k", $"?k={Secret}", "X", "-")]
    public async Task Deliver_WithAKey_IsTakenAndTheKeyIsNotKept(string authentication, string query, string header, string value)
    {
        await PutSecretsAsync(Secret);
        var flow = await CreateAsync($"type: WEBHOOK, authentication: {{ {authentication} }}");

        var answer = await Server.Nobody.PostAsync($"webhooks/{flow}{query}", "{}", Api.Json, (header, value));
        var without = await DeliverAsync(flow);

        var run = await Api.EndedRunAsync(flow, answer.Text("runId"));
        Assert.DoesNotContain(Secret, run.Body);
        Assert.DoesNotContain("REDACTED", run.Body);
        Assert.Equal(HttpStatusCode.Unauthorized, without.Status);
    }

    [Fact]
    public async Task Deliver_WithUserAndPassword_IsTaken()
    {
        await Api.PostAsync("connections", """{ "name": "hook", "app": "webhook", "value": { "basic": { "username": "shop", "password": "pass-word-1" } } }""");
        var flow = await CreateAsync("type: WEBHOOK, authentication: { type: BASIC, connection: hook }");

        var answer = await DeliverAsync(flow, "{}", ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("shop:pass-word-1"))}"));
        var wrong = await DeliverAsync(flow, "{}", ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("shop:pass-word-2"))}"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (answer.Status, wrong.Status));
    }

    [Fact]
    public async Task Deliver_ConnectionDeleted_Answers503()
    {
        var flow = await CreateSignedAsync();
        var connection = (await Api.GetAsync("connections")).Json.GetProperty("data")[0].GetProperty("id").GetString();
        await Api.DeleteAsync($"connections/{connection}");

        var answer = await UntilAsync(HttpStatusCode.ServiceUnavailable, () => DeliverSignedAsync(flow, "{}"));

        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.Equal(0, await CountRunsAsync(flow));
    }
}
