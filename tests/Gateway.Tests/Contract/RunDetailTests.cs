using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class RunDetailTests(ServerFixture server) : ServerTest(server)
{
    [Fact]
    public async Task Get_SucceededRun_ShowsEveryStep()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.TwoSteps);
        var run = await Api.FinishRunAsync(flow, """{ "data": { "day": "Monday" } }""");

        var answer = await Api.GetAsync($"flows/{flow}/runs/{run}");

        answer.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{run}}", "flowId": "{{flow}}", "status": "SUCCEEDED", "duration": "<ms>", "startTime": "<time>", "finishTime": "<time>",
              "triggerType": "MANUAL", "stepsCount": 3, "stepsSucceeded": 3, "flowVersion": 1, "trigger": { "body": { "day": "Monday" } },
              "steps": [
                { "name": "Manual Trigger", "status": "SUCCEEDED", "duration": 0, "output": { "body": { "day": "Monday" } }, "startTime": "<time>" },
                {
                  "name": "Read", "status": "SUCCEEDED", "duration": "<ms>", "input": { "total": 3, "day": "Monday" }, "output": { "total": 3, "day": "Monday" },
                  "startTime": "<time>"
                },
                {
                  "name": "Format Report", "status": "SUCCEEDED", "duration": "<ms>", "input": { "text": "3 orders of Monday" }, "output": { "text": "3 orders of Monday" },
                  "startTime": "<time>"
                }
              ]
            }
            """);
    }

    [Fact]
    public async Task Get_FlowWithoutSteps_ShowsTheTriggerOnly()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var run = await Api.FinishRunAsync(flow);

        var answer = await Api.GetAsync($"flows/{flow}/runs/{run}");

        answer.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{run}}", "flowId": "{{flow}}", "status": "SUCCEEDED", "duration": "<ms>", "startTime": "<time>", "finishTime": "<time>",
              "triggerType": "MANUAL", "stepsCount": 1, "stepsSucceeded": 1, "flowVersion": 1, "trigger": { "body": null },
              "steps": [{ "name": "Manual Trigger", "status": "SUCCEEDED", "duration": 0, "output": { "body": null }, "startTime": "<time>" }]
            }
            """);
    }

    [Fact]
    public async Task Get_FailedRun_ShowsTheErrorAndSkippedSteps()
    {
        var flow = await Api.CreateFlowAsync($$"""
            name: Order
            trigger: { type: MANUAL, name: By hand }
            steps:
              - { name: Prepare, type: data.set, input: { id: 7 } }
              - { name: Look Up, type: http.request, input: { url: "{{Server.Target.Url}}/refuse" } }
              - { name: Store, type: data.set, input: { done: true } }
              - { name: Report, type: data.set, input: { done: true } }
            """);
        var run = await Api.FinishRunAsync(flow);

        var answer = await Api.GetAsync($"flows/{flow}/runs/{run}");

        answer.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{run}}", "flowId": "{{flow}}", "status": "FAILED", "duration": "<ms>", "startTime": "<time>", "finishTime": "<time>",
              "triggerType": "MANUAL", "stepsCount": 5, "stepsSucceeded": 2, "error": { "step": "Look Up", "message": "HTTP 400: no such customer" },
              "flowVersion": 1, "trigger": { "body": null },
              "steps": [
                { "name": "By hand", "status": "SUCCEEDED", "duration": 0, "output": { "body": null }, "startTime": "<time>" },
                { "name": "Prepare", "status": "SUCCEEDED", "duration": "<ms>", "input": { "id": 7 }, "output": { "id": 7 }, "startTime": "<time>" },
                {
                  "name": "Look Up", "status": "FAILED", "duration": "<ms>", "input": { "url": "{{Server.Target.Url}}/refuse" },
                  "error": "HTTP 400: no such customer", "startTime": "<time>"
                },
                { "name": "Store", "status": "SKIPPED" },
                { "name": "Report", "status": "SKIPPED" }
              ]
            }
            """);
    }

    [Fact]
    public async Task Get_ExpressionWithoutValue_FailsTheStepAndNamesBoth()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        var run = await Api.FinishRunAsync(flow, """{ "data": { "nam": "Ada" } }""");

        var error = (await Api.GetAsync($"flows/{flow}/runs/{run}")).Json.GetProperty("error");

        Assert.Equal("Greet", error.GetProperty("step").GetString());
        Assert.Contains("trigger.body.name", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Get_RunningRun_ShowsWhatItHasDoneSoFar()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.Held(Server.Target.Url, "detail"));
        var run = await Api.StartRunAsync(flow);
        await Server.Target.ArrivedAsync("detail");

        var answer = await Api.GetAsync($"flows/{flow}/runs/{run}");

        answer.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{run}}", "flowId": "{{flow}}", "status": "RUNNING", "startTime": "<time>",
              "triggerType": "MANUAL", "stepsCount": 4, "stepsSucceeded": 2, "flowVersion": 1, "trigger": { "body": null },
              "steps": [
                { "name": "Manual Trigger", "status": "SUCCEEDED", "duration": 0, "output": { "body": null }, "startTime": "<time>" },
                { "name": "First", "status": "SUCCEEDED", "duration": "<ms>", "input": { "a": 1 }, "output": { "a": 1 }, "startTime": "<time>" },
                { "name": "Call", "status": "RUNNING", "startTime": "<time>" },
                { "name": "Last", "status": "SKIPPED" }
              ]
            }
            """);
        Server.Target.LetGo("detail");
        Assert.Equal("SUCCEEDED", (await Api.EndedRunAsync(flow, run)).Text("status"));
    }

    [Fact]
    public async Task Get_RetriedStep_ShowsItsAttempts()
    {
        var flow = await Api.CreateFlowAsync($$"""
            name: Flaky
            steps:
              - name: Call
                type: http.request
                input: { url: "{{Server.Target.Url}}/flaky/attempts" }
                retry: { maxAttempts: 3, backoff: FIXED, initialDelay: 10ms }
            """);
        var run = await Api.FinishRunAsync(flow);

        var answer = await Api.GetAsync($"flows/{flow}/runs/{run}");

        ExpectedJson.Check($$"""
            {
              "name": "Call", "status": "SUCCEEDED", "duration": "<ms>", "input": { "url": "{{Server.Target.Url}}/flaky/attempts" },
              "output": {
                "status": 200,
                "headers": { "date": "<text>", "transfer-encoding": "chunked", "content-type": "application/json; charset=utf-8" },
                "body": true
              },
              "startTime": "<time>", "attempts": 2
            }
            """, answer.Json.GetProperty("steps")[1].GetRawText());
        Assert.InRange(answer.Json.GetProperty("steps")[1].GetProperty("duration").GetInt32(), 10, 60_000);
    }
}
