using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class SchedulesTests(ServerFixture server) : ServerTest(server)
{
    const string Yearly = """
        name: Yearly
        trigger: { type: SCHEDULE, cron: "30 6 1 7 *", timeZone: Europe/Berlin, startsAt: "2090-01-01T00:00:00Z", endsAt: "2092-01-01T00:00:00Z", jitter: 30s }
        """;

    const string EverySecond = """
        name: Ticking
        trigger: { type: SCHEDULE, every: 1s }
        steps: [{ name: Day, type: data.set, input: { day: "{{ trigger.scheduledTime.slice(0, 10) }}" } }]
        """;

    [Fact]
    public async Task Get_WithinStartAndEnd_ShowsWordsZoneAndBothTimes()
    {
        var flow = await Api.CreateFlowAsync(Yearly);

        (await Api.GetAsync($"flows/{flow}/schedule")).Is(HttpStatusCode.OK, $$"""
            {
              "flowId": "{{flow}}", "status": "INACTIVE", "description": "At 06:30 on day 1 of the month in July", "timeZone": "Europe/Berlin",
              "startsAt": "2090-01-01T00:00:00Z", "endsAt": "2092-01-01T00:00:00Z",
              "next": [
                { "time": "2090-07-01T04:30:00Z", "local": "2090-07-01T06:30:00+02:00" },
                { "time": "2091-07-01T04:30:00Z", "local": "2091-07-01T06:30:00+02:00" }
              ]
            }
            """);
        Assert.Contains("\"startsAt\":\"2090-01-01T00:00:00Z\",\"endsAt\":\"2092-01-01T00:00:00Z\",\"jitter\":\"30s\"", (await Api.GetAsync($"flows/{flow}")).Body);
    }

    [Fact]
    public async Task Occurrences_OfARunningSchedule_TellEachOutcomeWithItsRun()
    {
        var flow = await Api.CreateFlowAsync(EverySecond);
        await Api.PostAsync($"flows/{flow}/enable");
        var ledger = await LedgerAsync(flow, rows: 3);
        await Api.PostAsync($"flows/{flow}/disable");

        ledger.Is(HttpStatusCode.OK, """
            {
              "data": [
                { "dueTime": "<time>", "outcome": "FIRED", "runId": "<run>", "lateness": "<ms>" },
                { "dueTime": "<time>", "outcome": "FIRED", "runId": "<run>", "lateness": "<ms>" },
                { "dueTime": "<time>", "outcome": "FIRED", "runId": "<run>", "lateness": "<ms>" }
              ],
              "cursor": "<cursor>",
              "hasMore": true
            }
            """);
        var row = ledger.Json.GetProperty("data")[2];
        var due = row.GetProperty("dueTime").GetString()!;
        (await Api.EndedRunAsync(flow, row.GetProperty("runId").GetString()!)).Is(HttpStatusCode.OK, $$"""
            {
              "id": "<run>", "flowId": "{{flow}}", "status": "SUCCEEDED", "duration": "<ms>", "startTime": "<time>", "finishTime": "<time>", "triggerType": "SCHEDULE",
              "stepsCount": 2, "stepsSucceeded": 2, "flowVersion": 1, "trigger": { "scheduledTime": "{{due}}" },
              "steps": [
                { "name": "Schedule Trigger", "status": "SUCCEEDED", "duration": "<ms>", "output": { "scheduledTime": "{{due}}" }, "startTime": "<time>" },
                { "name": "Day", "status": "SUCCEEDED", "duration": "<ms>", "input": { "day": "{{due[..10]}}" }, "output": { "day": "{{due[..10]}}" }, "startTime": "<time>" }
              ]
            }
            """);
    }

    [Fact]
    public async Task Occurrences_CursorAndFilters_ShowEachOnce()
    {
        var flow = await Api.CreateFlowAsync(EverySecond);
        await Api.PostAsync($"flows/{flow}/enable");
        await LedgerAsync(flow, rows: 4);
        await Api.PostAsync($"flows/{flow}/disable");
        var all = await Api.GetAsync($"flows/{flow}/schedule/occurrences?limit=100");
        var due = all.Json.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("dueTime").GetString()!).ToList();

        var first = await Api.GetAsync($"flows/{flow}/schedule/occurrences?limit=2&outcome=FIRED,CAUGHT_UP");
        var second = await Api.GetAsync($"flows/{flow}/schedule/occurrences?limit=100&outcome=FIRED,CAUGHT_UP&cursor={first.Text("cursor")}");
        var narrow = await Api.GetAsync($"flows/{flow}/schedule/occurrences?from={due[2]}&to={due[0]}");
        var none = await Api.GetAsync($"flows/{flow}/schedule/occurrences?outcome=MISSED");
        var foreign = await Api.GetAsync($"flows/{flow}/schedule/occurrences?limit=2&cursor={first.Text("cursor")}");

        Assert.Equal(due, DueTimes(first).Concat(DueTimes(second)));
        Assert.Equal(due[1..3], DueTimes(narrow));
        none.Is(HttpStatusCode.OK, """{ "data": [], "cursor": null, "hasMore": false }""");
        Assert.Equal(HttpStatusCode.BadRequest, foreign.Status);
    }

    [Theory]
    [InlineData("limit=0", "limit", "'0' is not a whole number from 1 to 100.")]
    [InlineData("outcome=LATE", "outcome", "'LATE' is not one of FIRED, CAUGHT_UP, COALESCED, SKIPPED_OVERLAP, MISSED.")]
    [InlineData("from=today", "from", "'today' is not a time such as 2026-04-21T09:00:00Z.")]
    public async Task Occurrences_WrongParameter_IsRefused(string query, string field, string message)
    {
        var flow = await Api.CreateFlowAsync(Yearly);

        (await Api.GetAsync($"flows/{flow}/schedule/occurrences?{query}")).IsRefused(field, message);
    }

    [Fact]
    public async Task Pause_ThenResume_ShowsTheDueTimesThatAreLeft()
    {
        var flow = await Api.CreateFlowAsync(Yearly);

        var paused = await Api.PostAsync($"flows/{flow}/schedule/pause", """{ "until": "2091-01-01T00:00:00Z" }""");
        var resumed = await Api.PostAsync($"flows/{flow}/schedule/resume");

        Assert.Equal("2091-01-01T00:00:00Z", paused.Text("pausedUntil"));
        Assert.Equal("2091-07-01T04:30:00Z", paused.Json.GetProperty("next")[0].GetProperty("time").GetString());
        Assert.False(resumed.Json.TryGetProperty("pausedUntil", out _));
        Assert.Equal(2, resumed.Json.GetProperty("next").GetArrayLength());
        Assert.Equal(resumed.Body, (await Api.GetAsync($"flows/{flow}/schedule")).Body);
    }

    [Theory]
    [InlineData("{}", "until", "is required: a time such as 2026-04-21T09:00:00Z.")]
    [InlineData("""{ "until": "2020-01-01T00:00:00Z" }""", "until", "lies in the past; give a later time, or resume the schedule.")]
    public async Task Pause_WithoutALaterTime_IsRefused(string body, string field, string message)
    {
        var flow = await Api.CreateFlowAsync(Yearly);

        (await Api.PostAsync($"flows/{flow}/schedule/pause", body)).IsRefused(field, message);
    }

    [Fact]
    public async Task Schedule_FlowIsNotScheduled_Answers404()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        (await Api.GetAsync($"flows/{flow}/schedule")).IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Schedule of flow {flow} was not found.");
    }

    [Fact]
    public async Task Pause_ReadKey_IsForbidden()
    {
        var flow = await Api.CreateFlowAsync(Yearly);
        var reader = Server.With((await Api.PostAsync("keys", """{ "name": "reader", "scope": "read" }""")).Text("key"));

        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsync($"flows/{flow}/schedule/pause", """{ "until": "2091-01-01T00:00:00Z" }""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync($"flows/{flow}/schedule")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Server.Nobody.GetAsync($"flows/{flow}/schedule/occurrences")).Status);
    }

    static IEnumerable<string> DueTimes(Answer answer) => answer.Json.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("dueTime").GetString()!);

    /// <summary>The newest rows, once there is one more.</summary>
    async Task<Answer> LedgerAsync(string flow, int rows)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var answer = await Api.GetAsync($"flows/{flow}/schedule/occurrences?limit={rows}");
            if (answer.Json.GetProperty("hasMore").GetBoolean())
                return answer;
            await Task.Delay(50, deadline.Token);
        }
    }
}
