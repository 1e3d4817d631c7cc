using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class RunListTests(ServerFixture server) : ServerTest(server)
{
    const string NotThisList = "This cursor was not given out for this list with these filters; start again without one.";

    [Fact]
    public async Task List_NoRuns_IsEmptyWithoutCursor()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var list = await Api.GetAsync($"flows/{flow}/runs");

        list.Is(HttpStatusCode.OK, """{ "data": [], "cursor": null, "hasMore": false }""");
    }

    [Fact]
    public async Task List_RunsOfEveryStatus_ShowsWholeRowsNewestFirst()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        var succeeded = await Api.FinishRunAsync(flow, """{ "data": { "name": "Ada" } }""");
        var failed = await Api.FinishRunAsync(flow);
        await Api.PostAsync($"flows/{flow}", SomeYaml.Held(Server.Target.Url, "list"), Api.Yaml);
        var canceled = await Api.StartRunAsync(flow);
        await Api.PostAsync($"flows/{flow}/runs/{canceled}/cancel");
        var running = await Api.StartRunAsync(flow);

        var list = await Api.GetAsync($"flows/{flow}/runs");

        list.Is(HttpStatusCode.OK, $$"""
            {
              "data": [
                { "id": "{{running}}", "flowId": "{{flow}}", "status": "RUNNING", "triggerType": "MANUAL", "startTime": "<time>", "stepsCount": 4, "stepsSucceeded": 1 },
                {
                  "id": "{{canceled}}", "flowId": "{{flow}}", "status": "CANCELED", "duration": "<ms>", "triggerType": "MANUAL",
                  "startTime": "<time>", "finishTime": "<time>", "stepsCount": 4, "stepsSucceeded": "<ms>"
                },
                {
                  "id": "{{failed}}", "flowId": "{{flow}}", "status": "FAILED", "duration": "<ms>", "triggerType": "MANUAL",
                  "startTime": "<time>", "finishTime": "<time>", "stepsCount": 4, "stepsSucceeded": 2,
                  "error": { "step": "Greet", "message": "<text>" }
                },
                {
                  "id": "{{succeeded}}", "flowId": "{{flow}}", "status": "SUCCEEDED", "duration": "<ms>", "triggerType": "MANUAL",
                  "startTime": "<time>", "finishTime": "<time>", "stepsCount": 4, "stepsSucceeded": 4
                }
              ],
              "cursor": null,
              "hasMore": false
            }
            """);
        foreach (var row in list.Json.GetProperty("data").EnumerateArray().Skip(1))
            Assert.Equal(row.GetProperty("duration").GetInt64(), (row.GetProperty("finishTime").GetDateTimeOffset() - row.GetProperty("startTime").GetDateTimeOffset()).TotalMilliseconds);
        Server.Target.LetGo("list");
    }

    [Theory]
    [InlineData("", 10, true)]
    [InlineData("?limit=1", 1, true)]
    [InlineData("?limit=11", 11, true)]
    [InlineData("?limit=12", 12, false)]
    [InlineData("?limit=100", 12, false)]
    public async Task List_Limit_CutsThePage(string query, int rows, bool hasMore)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var runs = new List<string>();
        for (var i = 0; i < 12; i++)
            runs.Insert(0, await Api.StartRunAsync(flow));

        var list = (await Api.GetAsync($"flows/{flow}/runs{query}")).Json;

        Assert.Equal(runs[..rows], list.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString()));
        Assert.Equal(hasMore, list.GetProperty("hasMore").GetBoolean());
        Assert.Equal(hasMore, list.GetProperty("cursor").GetString() is not null);
    }

    [Theory]
    [InlineData("limit=0", "limit", "'0' is not a whole number from 1 to 100.")]
    [InlineData("limit=101", "limit", "'101' is not a whole number from 1 to 100.")]
    [InlineData("limit=-1", "limit", "'-1' is not a whole number from 1 to 100.")]
    [InlineData("limit=99999999999", "limit", "'99999999999' is not a whole number from 1 to 100.")]
    [InlineData("limit=1.5", "limit", "'1.5' is not a whole number from 1 to 100.")]
    [InlineData("limit=abc", "limit", "'abc' is not a whole number from 1 to 100.")]
    [InlineData("limit=", "limit", "'' is not a whole number from 1 to 100.")]
    [InlineData("limit=1&limit=2", "limit", "is given 2 times; give it once.")]
    [InlineData("status=running", "status", "'running' is not one of RUNNING, SUCCEEDED, FAILED, CANCELED.")]
    [InlineData("status=X", "status", "'X' is not one of RUNNING, SUCCEEDED, FAILED, CANCELED.")]
    [InlineData("status=", "status", "'' is not one of RUNNING, SUCCEEDED, FAILED, CANCELED.")]
    [InlineData("status=FAILED,X", "status", "'X' is not one of RUNNING, SUCCEEDED, FAILED, CANCELED.")]
    [InlineData("status=FAILED&status=RUNNING", "status", "is given 2 times; give it once.")]
    [InlineData("cursor=", "cursor", NotThisList)]
    [InlineData("cursor=abc", "cursor", NotThisList)]
    [InlineData("cursor=%00%ff", "cursor", NotThisList)]
    [InlineData("startedAfter=yesterday", "startedAfter", "'yesterday' is not a time such as 2026-04-21T09:00:00Z.")]
    public async Task List_BadParameter_Answers400(string query, string field, string message)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.GetAsync($"flows/{flow}/runs?{query}");

        answer.IsRefused(field, message);
    }

    [Theory]
    [InlineData("status=SUCCEEDED", "SUCCEEDED")]
    [InlineData("status=FAILED", "FAILED")]
    [InlineData("status=CANCELED", "CANCELED")]
    [InlineData("status=RUNNING", "RUNNING")]
    [InlineData("status=SUCCEEDED,RUNNING", "RUNNING SUCCEEDED")]
    [InlineData("triggerType=RETRY", "FAILED")]
    [InlineData("triggerType=SCHEDULE", "")]
    [InlineData("startedAfter=2020-01-01T00:00:00Z&startedBefore=2020-01-02T00:00:00Z", "")]
    public async Task List_Filter_ShowsWhatMatchesOnly(string query, string statuses)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        await Api.FinishRunAsync(flow, """{ "data": { "name": "Ada" } }""");
        var failed = query.StartsWith("triggerType") ? await Api.FinishRunAsync(flow, """{ "data": 1 }""") : null;
        if (failed is not null)
            await Api.EndedRunAsync(flow, (await Api.PostAsync($"flows/{flow}/runs/{failed}/retry")).Text("id"));
        else
            await Api.FinishRunAsync(flow);
        await Api.PostAsync($"flows/{flow}", SomeYaml.Held(Server.Target.Url, "filter"), Api.Yaml);
        await Api.PostAsync($"flows/{flow}/runs/{await Api.StartRunAsync(flow)}/cancel");
        await Api.StartRunAsync(flow);

        var list = await Api.GetAsync($"flows/{flow}/runs?{query}");

        Assert.Equal(statuses, string.Join(' ', list.Json.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("status").GetString())));
        Assert.False(list.Json.GetProperty("hasMore").GetBoolean());
    }

    [Fact]
    public async Task List_CursorOfSomethingElse_Answers400()
    {
        var flow = await FlowOfThreeRunsAsync(Api);
        var otherFlow = await FlowOfThreeRunsAsync(Api);
        var otherProject = await Server.NewProjectAsync();
        var foreign = await FlowOfThreeRunsAsync(otherProject);
        var cursor = (await Api.GetAsync($"flows/{flow}/runs?limit=1")).Text("cursor");
        var swapped = cursor[..20] + (cursor[20] == 'A' ? 'B' : 'A') + cursor[21..];

        (await Api.GetAsync($"flows/{flow}/runs?cursor={cursor[..^1]}")).IsRefused("cursor", NotThisList);
        (await Api.GetAsync($"flows/{flow}/runs?cursor={cursor}A")).IsRefused("cursor", NotThisList);
        (await Api.GetAsync($"flows/{flow}/runs?cursor={swapped}")).IsRefused("cursor", NotThisList);
        (await Api.GetAsync($"flows/{otherFlow}/runs?cursor={cursor}")).IsRefused("cursor", NotThisList);
        (await Api.GetAsync($"flows/{flow}/runs?status=SUCCEEDED&cursor={cursor}")).IsRefused("cursor", NotThisList);
        (await Api.GetAsync($"flows?cursor={cursor}")).IsRefused("cursor", NotThisList);
        (await otherProject.GetAsync($"flows/{foreign}/runs?cursor={cursor}")).IsRefused("cursor", NotThisList);
        Assert.Equal(HttpStatusCode.OK, (await Api.GetAsync($"flows/{flow}/runs?limit=2&cursor={cursor}")).Status);
    }

    static async Task<string> FlowOfThreeRunsAsync(Api api)
    {
        var flow = await api.CreateFlowAsync(SomeYaml.WithoutSteps);
        for (var i = 0; i < 3; i++)
            await api.FinishRunAsync(flow);
        return flow;
    }
}
