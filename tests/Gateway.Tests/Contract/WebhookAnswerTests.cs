using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

/// <summary>What a webhook with <c>response: WHEN_FINISHED</c> answers.</summary>
public sealed class WebhookAnswerTests(ServerFixture server) : WebhookTest(server)
{
    const string Waits = "type: WEBHOOK, response: WHEN_FINISHED";

    [Fact]
    public async Task Answer_OfTheFlow_HasItsStatusHeadersAndBody()
    {
        var flow = await CreateAsync(Waits, """
            steps:
              - { name: Add, type: data.set, input: { sum: "{{ trigger.body.a + trigger.body.b }}" } }
              - name: Answer
                type: webhook.respond
                input: { statusCode: 201, headers: { X-Sum: "{{ steps.add.output.sum + '' }}", Location: /orders/1 }, body: { sum: "{{ steps.add.output.sum }}" } }
              - { name: After, type: data.set, input: { later: true } }
            """);

        var answer = await DeliverAsync(flow, """{ "a": 1, "b": 2 }""");

        answer.Is(HttpStatusCode.Created, """{ "sum": 3 }""");
        Assert.Equal(("3", "/orders/1"), (answer.Header("X-Sum"), answer.Header("Location")));
        Assert.StartsWith("run_", answer.Header("X-Run-Id"));
        Assert.StartsWith("sandbox", answer.Header("Content-Security-Policy"));
    }

    [Theory]
    [InlineData("body: Hello", HttpStatusCode.OK, "text/plain", "Hello")]
    [InlineData("""body: "{{ trigger.body.challenge }}" """, HttpStatusCode.OK, "text/plain", "3eZbrw1a")]
    [InlineData("body: <p/>, headers: { Content-Type: text/html; charset=utf-8 }", HttpStatusCode.OK, "text/html", "<p/>")]
    [InlineData("body: [1, null]", HttpStatusCode.OK, "application/json", "[1,null]")]
    [InlineData("statusCode: 202", HttpStatusCode.Accepted, null, "")]
    [InlineData("statusCode: 204, body: dropped", HttpStatusCode.NoContent, null, "")]
    public async Task Answer_OfEachKind_IsSentAsItIs(string input, HttpStatusCode status, string? mediaType, string body)
    {
        var flow = await CreateAsync(Waits, $"steps:\n  - {{ name: Answer, type: webhook.respond, input: {{ {input} }} }}");

        var answer = await DeliverAsync(flow, """{ "challenge": "3eZbrw1a" }""");

        Assert.Equal((status, mediaType, body), (answer.Status, answer.ContentHeaders.ContentType?.MediaType, answer.Body));
    }

    [Fact]
    public async Task Answer_OfAnErrorStatus_StaysAsTheFlowChoseIt()
    {
        var flow = await CreateAsync(Waits, "steps:\n  - { name: Answer, type: webhook.respond, input: { statusCode: 422 } }");
        using var http = new HttpClient();

        using var answer = await http.PostAsync((await Api.GetAsync($"flows/{flow}/webhook")).Text("webhookUrl"), content: null);

        Assert.Equal(HttpStatusCode.UnprocessableContent, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Answer_WithoutARespondStep_IsTheLastOutput()
    {
        var flow = await CreateAsync(Waits, "steps:\n  - { name: A, type: data.set, input: { a: 1 } }\n  - { name: B, type: data.set, input: { b: 2 } }");
        var empty = await CreateAsync(Waits);

        (await DeliverAsync(flow)).Is(HttpStatusCode.OK, """{ "b": 2 }""");
        (await DeliverAsync(empty)).Is(HttpStatusCode.OK, """{ "runId": "<run>", "status": "SUCCEEDED" }""");
    }

    [Fact]
    public async Task Answer_OfAFailedRun_Is500WithTheRunAndNothingElse()
    {
        var flow = await CreateAsync(Waits, "steps:\n  - { name: Wrong, type: text.format, input: { text: \"{{ trigger.body.secretPath.x }}\" } }");

        var answer = await DeliverAsync(flow);

        answer.IsError(HttpStatusCode.InternalServerError, "RUN_FAILED", $"{answer.Header("X-Run-Id")} ended as FAILED.");
    }

    [Theory]
    [InlineData("X-A: \"a{{ '\\\\r\\\\n' }}X-B: b\"")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Set-Cookie: a=b")]
    [InlineData("\"X A\": b")]
    public async Task Answer_WithAHeaderThatIsNotTheFlowsToSet_FailsTheRun(string header)
    {
        var flow = await CreateAsync(Waits, $"steps:\n  - {{ name: Answer, type: webhook.respond, input: {{ headers: {{ {header} }} }} }}");

        var answer = await DeliverAsync(flow);

        Assert.Equal("RUN_FAILED", answer.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.False(answer.Headers.Contains("X-B"));
    }

    [Fact]
    public async Task Answer_WhenTheTimeIsUp_Is202WithTheRun()
    {
        var flow = await CreateAsync($"{Waits}, responseTimeout: 1s", $"steps:\n  - {{ name: Call, type: http.request, input: {{ url: \"{Server.Target.Url}/held/webhook\" }} }}");

        var answer = await DeliverAsync(flow);

        answer.Is(HttpStatusCode.Accepted, """{ "runId": "<run>", "status": "RUNNING" }""");
        Server.Target.LetGo("webhook");
        Assert.Equal("SUCCEEDED", (await Api.EndedRunAsync(flow, answer.Text("runId"))).Text("status"));
    }

    [Fact]
    public async Task Answer_ToARepeat_IsTheFirstRunsAnswer()
    {
        var flow = await CreateAsync(Waits, """steps: [{ name: Tell, type: text.format, input: { run: "{{ run.id }}" } }]""");

        var first = await DeliverAsync(flow, "{}", ("Idempotency-Key", "a"));
        var second = await DeliverAsync(flow, "{}", ("Idempotency-Key", "a"));

        Assert.Equal(first.Header("X-Run-Id"), first.Text("run"));
        Assert.Equal(first.Body, second.Body);
    }
}
