using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

/// <summary>Cancel, retry and delete.</summary>
public sealed class RunChangesTests(ServerFixture server) : ServerTest(server)
{
    [Fact]
    public async Task Cancel_RunningRun_AbortsTheStepAndAnswersTheRow()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.Held(Server.Target.Url, "cancel"));
        var run = await Api.StartRunAsync(flow);
        await Server.Target.ArrivedAsync("cancel");

        var answer = await Api.PostAsync($"flows/{flow}/runs/{run}/cancel");

        answer.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{run}}", "flowId": "{{flow}}", "status": "CANCELED", "duration": "<ms>", "triggerType": "MANUAL",
              "startTime": "<time>", "finishTime": "<time>", "stepsCount": 4, "stepsSucceeded": 2
            }
            """);
        await Server.Target.HungUpAsync("cancel");
        var detail = await Api.GetAsync($"flows/{flow}/runs/{run}");
        detail.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{run}}", "flowId": "{{flow}}", "status": "CANCELED", "duration": "<ms>", "startTime": "<time>", "finishTime": "<time>",
              "triggerType": "MANUAL", "stepsCount": 4, "stepsSucceeded": 2, "flowVersion": 1, "trigger": { "body": null },
              "steps": [
                { "name": "Manual Trigger", "status": "SUCCEEDED", "duration": 0, "output": { "body": null }, "startTime": "<time>" },
                { "name": "First", "status": "SUCCEEDED", "duration": "<ms>", "input": { "a": 1 }, "output": { "a": 1 }, "startTime": "<time>" },
                { "name": "Call", "status": "CANCELED", "duration": "<ms>", "startTime": "<time>" },
                { "name": "Last", "status": "SKIPPED" }
              ]
            }
            """);
    }

    [Fact]
    public async Task Cancel_EndedRun_Answers409AndChangesNothing()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        var run = await Api.FinishRunAsync(flow);
        var before = await Api.GetAsync($"flows/{flow}/runs/{run}");

        var answer = await Api.PostAsync($"flows/{flow}/runs/{run}/cancel");

        answer.IsError(HttpStatusCode.Conflict, "CONFLICT", $"Run {run} has ended already, as FAILED.");
        Assert.Equal(before.Body, (await Api.GetAsync($"flows/{flow}/runs/{run}")).Body);
    }

    [Fact]
    public async Task Retry_FromTheStart_IsANewRunLinkedBothWays()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.TwoSteps);
        var first = await Api.FinishRunAsync(flow, """{ "data": { "day": "Monday" } }""");

        var answer = await Api.PostAsync($"flows/{flow}/runs/{first}/retry");
        var second = answer.Text("id");
        var run = await Api.EndedRunAsync(flow, second);

        answer.Is(HttpStatusCode.Created, $$"""{ "id": "<run>", "flowId": "{{flow}}", "status": "RUNNING", "startTime": "<time>" }""");
        Assert.Equal($"/api/v1/flows/{flow}/runs/{second}", answer.Header("Location"));
        run.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{second}}", "flowId": "{{flow}}", "status": "SUCCEEDED", "duration": "<ms>", "startTime": "<time>", "finishTime": "<time>",
              "triggerType": "RETRY", "stepsCount": 3, "stepsSucceeded": 3, "flowVersion": 1, "trigger": { "body": { "day": "Monday" } }, "retryOf": "{{first}}",
              "steps": [
                { "name": "Retry Trigger", "status": "SUCCEEDED", "duration": 0, "output": { "body": { "day": "Monday" } }, "startTime": "<time>" },
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
        Assert.Equal(second, (await Api.GetAsync($"flows/{flow}/runs/{first}")).Text("retriedBy"));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("greet")]
    public async Task Retry_FromAStep_TakesEarlierResultsOver(string from)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        var first = await Api.FinishRunAsync(flow);
        var before = (await Api.GetAsync($"flows/{flow}/runs/{first}")).Json.GetProperty("steps")[1].GetRawText();

        var answer = await Api.PostAsync($"flows/{flow}/runs/{first}/retry", $$"""{ "from": "{{from}}", "data": { "name": "Ada" } }""");

        var steps = (await Api.EndedRunAsync(flow, answer.Text("id"))).Json.GetProperty("steps");
        Assert.Equal(before, steps[1].GetRawText());
        Assert.Equal("""{"text":"Hello Ada"}""", steps[2].GetProperty("output").GetRawText());
        Assert.Equal("""{"done":true}""", steps[3].GetProperty("output").GetRawText());
    }

    [Fact]
    public async Task Retry_OriginalOrLatestVersion_IsTheCallersChoice()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        var first = await Api.FinishRunAsync(flow);
        await Api.PostAsync($"flows/{flow}", SomeYaml.TwoSteps, Api.Yaml);

        var original = await Api.PostAsync($"flows/{flow}/runs/{first}/retry");
        var latest = await Api.PostAsync($"flows/{flow}/runs/{first}/retry", """{ "version": "latest" }""");

        Assert.Equal(1, (await Api.EndedRunAsync(flow, original.Text("id"))).Json.GetProperty("flowVersion").GetInt32());
        Assert.Equal(2, (await Api.EndedRunAsync(flow, latest.Text("id"))).Json.GetProperty("flowVersion").GetInt32());
    }

    [Theory]
    [InlineData("""{ "from": "nowhere" }""", "from", "'nowhere' is no step of the version that would run; use 'start', 'failed' or one of read, format_report.")]
    [InlineData("""{ "from": "failed" }""", "from", "no step of this run failed; retry it from 'start' or from a step's key.")]
    [InlineData("""{ "version": "newest" }""", "version", "'newest' is not one of original, latest.")]
    [InlineData("""{ "dryRun": true }""", "dryRun", "is not supported by this version; leave it out.")]
    [InlineData("""{ "step": 1 }""", "step", "is not a known field; known here are from, version, data, dryRun.")]
    public async Task Retry_BadBody_Answers400(string body, string field, string message)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.TwoSteps);
        var run = await Api.FinishRunAsync(flow);

        var answer = await Api.PostAsync($"flows/{flow}/runs/{run}/retry", body);

        answer.IsRefused(field, message);
    }

    [Fact]
    public async Task RetryAndDelete_RunningRun_Answer409()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.Held(Server.Target.Url, "conflict"));
        var run = await Api.StartRunAsync(flow);

        (await Api.PostAsync($"flows/{flow}/runs/{run}/retry")).IsError(HttpStatusCode.Conflict, "CONFLICT", $"Run {run} is still running; cancel it or wait for it before it is retried.");
        (await Api.DeleteAsync($"flows/{flow}/runs/{run}")).IsError(HttpStatusCode.Conflict, "CONFLICT", $"Run {run} is still running; cancel it before it is deleted.");
        Server.Target.LetGo("conflict");
    }

    [Fact]
    public async Task Delete_EndedRun_IsGoneWhileTheTotalsStay()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        var kept = await Api.FinishRunAsync(flow, """{ "data": { "name": "Ada" } }""");
        var run = await Api.FinishRunAsync(flow);
        var stats = await Api.GetAsync($"flows/{flow}/runs/stats");

        var answer = await Api.DeleteAsync($"flows/{flow}/runs/{run}");

        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.Status, answer.Body));
        (await Api.GetAsync($"flows/{flow}/runs/{run}")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Run {run} was not found.");
        (await Api.DeleteAsync($"flows/{flow}/runs/{run}")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Run {run} was not found.");
        Assert.Equal(kept, Assert.Single((await Api.GetAsync($"flows/{flow}/runs")).Json.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(stats.Body, (await Api.GetAsync($"flows/{flow}/runs/stats")).Body);
    }
}
