using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class SecretsTests(ServerFixture server) : ServerTest(server)
{
    const string Token = "tok-5f1c0e7a-never-to-be-seen";

    [Fact]
    public async Task Token_ThatAStepEchoes_IsMaskedEverywhere()
    {
        await Api.PostAsync("connections", $$"""{ "name": "partner", "app": "http", "value": { "baseUrl": "{{Server.Target.Url}}", "bearer": "{{Token}}" } }""");
        var flow = await Api.CreateFlowAsync("""
            name: Echo
            steps:
              - { name: Call, type: http.request, connection: partner, input: { url: /echo } }
              - { name: Tell, type: text.format, input: { text: "{{ steps.call.output.body.seen }}" } }
            """);
        var run = await Api.FinishRunAsync(flow);

        var answer = await Api.GetAsync($"flows/{flow}/runs/{run}");

        ExpectedJson.Check("""
            [
              { "name": "Manual Trigger", "status": "SUCCEEDED", "duration": 0, "output": { "body": null }, "startTime": "<time>" },
              {
                "name": "Call", "status": "SUCCEEDED", "duration": "<ms>", "input": { "url": "/echo" },
                "output": {
                  "status": 200,
                  "headers": { "date": "<text>", "transfer-encoding": "chunked", "content-type": "application/json; charset=utf-8" },
                  "body": { "seen": "Bearer ***REDACTED***" }
                },
                "startTime": "<time>"
              },
              {
                "name": "Tell", "status": "SUCCEEDED", "duration": "<ms>", "input": { "text": "Bearer ***REDACTED***" }, "output": { "text": "Bearer ***REDACTED***" },
                "startTime": "<time>"
              }
            ]
            """, answer.Json.GetProperty("steps").GetRawText());
        var files = await Server.ReadFilesAsync();
        Assert.Contains("***REDACTED***", files);
        Assert.DoesNotContain(Token, files);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Token)), files);
        Assert.DoesNotContain(Token, Server.Log);
    }

    [Fact]
    public async Task Token_InAnErrorMessage_IsMasked()
    {
        const string Other = "tok-77-in-an-error";
        await Api.PostAsync("connections", $$"""{ "name": "partner", "app": "http", "value": { "headers": { "X-Token": "{{Other}}" } } }""");
        var flow = await Api.CreateFlowAsync("""
            name: Wrong
            steps:
              - { name: Call, type: http.request, connection: partner, input: { url: "ftp://host/{{ trigger.body }}" } }
            """);
        var run = await Api.FinishRunAsync(flow, $$"""{ "data": "{{Other}}" }""");

        var answer = (await Api.GetAsync($"flows/{flow}/runs/{run}")).Json;

        Assert.Contains("***REDACTED***", answer.GetProperty("error").GetProperty("message").GetString());
        Assert.DoesNotContain(Other, answer.GetProperty("error").GetRawText());
        Assert.DoesNotContain(Other, answer.GetProperty("steps")[1].GetRawText());
        Assert.DoesNotContain(Other, (await Api.GetAsync($"flows/{flow}/runs")).Body);
        Assert.DoesNotContain(Other, Server.Log);
    }
}
