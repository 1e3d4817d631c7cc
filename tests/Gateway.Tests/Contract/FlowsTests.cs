using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class FlowsTests(ServerFixture server) : ServerTest(server)
{
    [Fact]
    public async Task Create_Json_AnswersTheWholeFlow()
    {
        var answer = await Api.PostAsync("flows", """
            {
              "name": "Daily Sales Report",
              "description": "Every morning",
              "trigger": { "type": "SCHEDULE", "cron": "0 9 * * *", "timeZone": "Europe/Berlin", "catchUp": { "policy": "ONE", "window": "1h" } },
              "steps": [{ "name": "Format Report", "type": "text.format", "input": { "text": "{{ trigger.scheduledTime }}" }, "retry": { "maxAttempts": 3 }, "timeout": "30s", "onCrash": "FAIL" }]
            }
            """);

        var flow = answer.Text("id");
        answer.Is(HttpStatusCode.Created, """
            {
              "id": "<flow>", "name": "Daily Sales Report", "description": "Every morning", "status": "INACTIVE", "triggerType": "SCHEDULE",
              "runCount": 0, "successRate": 0, "created": "<time>", "updated": "<time>", "version": 1,
              "trigger": { "type": "SCHEDULE", "name": "Schedule Trigger", "cron": "0 9 * * *", "timeZone": "Europe/Berlin", "catchUp": { "policy": "ONE", "window": "1h" } },
              "steps": [
                {
                  "name": "Format Report", "key": "format_report", "type": "text.format", "input": { "text": "{{ trigger.scheduledTime }}" },
                  "retry": { "maxAttempts": 3, "backoff": "EXPONENTIAL", "initialDelay": "1s", "maxDelay": "1m" }, "timeout": "30s", "onCrash": "FAIL"
                }
              ]
            }
            """);
        Assert.Equal($"/api/v1/flows/{flow}", answer.Header("Location"));
        Assert.Equal(answer.Body, (await Api.GetAsync($"flows/{flow}")).Body);
    }

    [Fact]
    public async Task Create_YamlOfWhatGetAnswered_MakesTheSameFlow()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.TwoSteps);
        var yaml = await Api.GetAsync($"flows/{flow}", ("Accept", Api.Yaml));

        var copy = await Api.PostAsync("flows", yaml.Body, Api.Yaml);

        Assert.Equal(Api.Yaml, yaml.ContentHeaders.ContentType?.MediaType);
        copy.Is(HttpStatusCode.Created, """
            {
              "id": "<flow>", "name": "Report", "status": "INACTIVE", "triggerType": "MANUAL", "runCount": 0, "successRate": 0,
              "created": "<time>", "updated": "<time>", "version": 1,
              "trigger": { "type": "MANUAL", "name": "Manual Trigger" },
              "steps": [
                { "name": "Read", "key": "read", "type": "data.set", "input": { "total": 3, "day": "{{ trigger.body?.day ?? 'today' }}" } },
                { "name": "Format Report", "key": "format_report", "type": "text.format", "input": { "text": "{{ steps.read.output.total }} orders of {{ steps.read.output.day }}" } }
              ]
            }
            """);
        Assert.NotEqual(flow, copy.Text("id"));
    }

    [Fact]
    public async Task List_Rows_HaveFiguresAndNoStepsNewestFirst()
    {
        var first = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        await Api.FinishRunAsync(first);
        var second = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        await Api.PostAsync($"flows/{second}/enable");

        (await Api.GetAsync("flows")).Is(HttpStatusCode.OK, $$"""
            {
              "data": [
                {
                  "id": "{{second}}", "name": "Nothing to do", "status": "ACTIVE", "triggerType": "MANUAL", "runCount": 0, "successRate": 0,
                  "created": "<time>", "updated": "<time>", "version": 1
                },
                {
                  "id": "{{first}}", "name": "Greeting", "status": "INACTIVE", "triggerType": "MANUAL", "runCount": 1, "successRate": 0, "lastRun": "<time>",
                  "created": "<time>", "updated": "<time>", "version": 1
                }
              ],
              "cursor": null,
              "hasMore": false
            }
            """);
        Assert.Equal(first, Assert.Single((await Api.GetAsync("flows?status=INACTIVE")).Json.GetProperty("data").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task List_ByCursor_ShowsEveryFlowOnce()
    {
        var flows = new List<string>();
        for (var i = 0; i < 5; i++)
            flows.Insert(0, await Api.CreateFlowAsync(SomeYaml.WithoutSteps));

        var shown = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Api.GetAsync($"flows?limit=2{cursor}")).Json;
            shown.AddRange(page.GetProperty("data").EnumerateArray().Select(flow => flow.GetProperty("id").GetString()!));
            cursor = page.GetProperty("cursor").GetString() is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(flows, shown);
    }

    [Fact]
    public async Task Update_OfSteps_MakesVersionTwoWhileTheOldRunKeepsVersionOne()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.Held(Server.Target.Url, "update"));
        var old = await Api.StartRunAsync(flow);
        await Server.Target.ArrivedAsync("update");

        var updated = await Api.PostAsync($"flows/{flow}", """{ "steps": [{ "name": "Only", "type": "data.set" }] }""");
        Server.Target.LetGo("update");
        var oldRun = await Api.EndedRunAsync(flow, old);
        var newRun = (await Api.GetAsync($"flows/{flow}/runs/{await Api.FinishRunAsync(flow)}")).Json;

        updated.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{flow}}", "name": "Held", "status": "INACTIVE", "triggerType": "MANUAL", "runCount": 1, "successRate": 0, "lastRun": "<time>",
              "created": "<time>", "updated": "<time>", "version": 2,
              "trigger": { "type": "MANUAL", "name": "Manual Trigger" },
              "steps": [{ "name": "Only", "key": "only", "type": "data.set" }]
            }
            """);
        Assert.Equal((1, 4), (oldRun.Json.GetProperty("flowVersion").GetInt32(), oldRun.Json.GetProperty("stepsSucceeded").GetInt32()));
        Assert.Equal((2, 2), (newRun.GetProperty("flowVersion").GetInt32(), newRun.GetProperty("stepsSucceeded").GetInt32()));
    }

    [Fact]
    public async Task Update_OfTheNameOnly_MakesNoVersion()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.TwoSteps);

        var updated = await Api.PostAsync($"flows/{flow}", """{ "name": "Renamed" }""");

        Assert.Equal(("Renamed", 1), (updated.Text("name"), updated.Json.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Restore_OldVersion_MakesTheNextOne()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        await Api.PostAsync($"flows/{flow}", """{ "steps": [{ "name": "Only", "type": "data.set" }] }""");

        var restored = await Api.PostAsync($"flows/{flow}/versions/1/restore");

        restored.Is(HttpStatusCode.OK, $$"""
            {
              "id": "{{flow}}", "name": "Nothing to do", "status": "INACTIVE", "triggerType": "MANUAL", "runCount": 0, "successRate": 0,
              "created": "<time>", "updated": "<time>", "version": 3, "trigger": { "type": "MANUAL", "name": "Manual Trigger" }, "steps": []
            }
            """);
        (await Api.GetAsync($"flows/{flow}/versions")).Is(HttpStatusCode.OK, """
            {
              "data": [
                { "version": 3, "created": "<time>", "name": "Nothing to do", "triggerType": "MANUAL" },
                { "version": 2, "created": "<time>", "name": "Nothing to do", "triggerType": "MANUAL" },
                { "version": 1, "created": "<time>", "name": "Nothing to do", "triggerType": "MANUAL" }
              ],
              "cursor": null,
              "hasMore": false
            }
            """);
        (await Api.GetAsync($"flows/{flow}/versions/2")).Is(HttpStatusCode.OK, """
            {
              "version": 2, "created": "<time>", "name": "Nothing to do", "triggerType": "MANUAL",
              "trigger": { "type": "MANUAL", "name": "Manual Trigger" }, "steps": [{ "name": "Only", "key": "only", "type": "data.set" }]
            }
            """);
        (await Api.PostAsync($"flows/{flow}/versions/4/restore")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Version 4 of flow {flow} was not found.");
    }

    [Fact]
    public async Task Switch_Twice_ChangesNothingTheSecondTime()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var enabled = await Api.PostAsync($"flows/{flow}/enable");
        var again = await Api.PostAsync($"flows/{flow}/enable");
        var disabled = await Api.PostAsync($"flows/{flow}/disable");

        Assert.Equal((HttpStatusCode.OK, "ACTIVE"), (enabled.Status, enabled.Text("status")));
        again.Is(HttpStatusCode.OK, enabled.Body);
        Assert.Equal("INACTIVE", disabled.Text("status"));
        Assert.Equal(disabled.Body, (await Api.PostAsync($"flows/{flow}/disable")).Body);
    }

    [Fact]
    public async Task Delete_FlowWithARunUnderWay_CancelsItAndIsGone()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.Held(Server.Target.Url, "delete"));
        var run = await Api.StartRunAsync(flow);
        await Server.Target.ArrivedAsync("delete");

        var answer = await Api.DeleteAsync($"flows/{flow}");

        Assert.Equal((HttpStatusCode.NoContent, ""), (answer.Status, answer.Body));
        await Server.Target.HungUpAsync("delete");
        foreach (var path in (string[])["", "/runs", "/runs/stats", $"/runs/{run}", "/versions"])
            (await Api.GetAsync($"flows/{flow}{path}")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Flow {flow} was not found.");
        (await Api.DeleteAsync($"flows/{flow}")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Flow {flow} was not found.");
        (await Api.GetAsync("flows")).Is(HttpStatusCode.OK, """{ "data": [], "cursor": null, "hasMore": false }""");
    }

    [Theory]
    [InlineData("name: A\nsteps: [{ name: B, type: data.set }]", """{ "valid": true }""")]
    [InlineData(
        "name: A\ntrigger: { type: SCHEDULE, cron: 'H * * * *' }\nsteps: [{ name: B, type: data.sat }, { name: C, type: http.request, input: { url: '{{ steps.d.output }}' } }]",
        """
        {
          "valid": false,
          "errors": [
            { "field": "trigger.cron", "message": "'H * * * *' leaves a time to chance with H, which is not supported; name it, as in \"7 * * * *\"" },
            { "field": "steps[0].type", "message": "there is no step type 'data.sat'; did you mean data.set?" },
            { "field": "steps[1].input.url", "message": "{{ steps.d.output }}: there is no step 'd'; earlier steps are b" }
          ]
        }
        """)]
    public async Task Validate_Flow_TellsWhatIsWrongAndKeepsNothing(string yaml, string expected)
    {
        var answer = await Api.PostAsync("flows/validate", yaml, Api.Yaml);

        answer.Is(HttpStatusCode.OK, expected);
        (await Api.GetAsync("flows")).Is(HttpStatusCode.OK, """{ "data": [], "cursor": null, "hasMore": false }""");
    }

    [Fact]
    public async Task Create_SeveralFaults_Answers400WithAllOfThem()
    {
        var answer = await Api.PostAsync("flows", """{ "name": "A", "steps": [{ "name": "B", "type": "data.sat" }, { "name": "C", "type": "sql.query", "input": {} }] }""");

        answer.Is(HttpStatusCode.BadRequest, """
            {
              "error": {
                "code": "VALIDATION_ERROR", "message": "3 fields are not valid; see details.", "statusCode": 400,
                "details": [
                  { "field": "steps[0].type", "message": "<text>" },
                  { "field": "steps[1].connection", "message": "<text>" },
                  { "field": "steps[1].input.query", "message": "<text>" }
                ],
                "requestId": "<request>"
              }
            }
            """);
    }
}
