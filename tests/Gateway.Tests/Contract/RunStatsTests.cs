using System.Net;
using System.Text.Json;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class RunStatsTests(ServerFixture server) : ServerTest(server)
{
    [Fact]
    public async Task Stats_NoRuns_AreZeroWithoutLastRun()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.GetAsync($"flows/{flow}/runs/stats");

        answer.Is(HttpStatusCode.OK, """{ "totalRuns": 0, "succeeded": 0, "failed": 0, "successRate": 0, "averageDuration": 0, "running": 0, "canceled": 0 }""");
    }

    [Fact]
    public async Task Stats_TwoOf145RunsFailed_Are98Point6PerCent()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.NeedsName);
        var good = Enumerable.Repeat("""{ "data": { "name": "Ada" } }""", 143);
        await Task.WhenAll(good.Concat(["{}", "{}"]).Select(body => Api.FinishRunAsync(flow, body)));

        var answer = await Api.GetAsync($"flows/{flow}/runs/stats");

        answer.Is(HttpStatusCode.OK, """
            { "totalRuns": 145, "succeeded": 143, "failed": 2, "successRate": 98.6, "averageDuration": "<ms>", "lastRun": "<time>", "running": 0, "canceled": 0,
              "percentiles": { "p50": "<ms>", "p95": "<ms>", "p99": "<ms>" } }
            """);
        var (rows, rowTotal) = (await RowsAsync(flow), 0L);
        foreach (var row in rows)
            rowTotal += row.GetProperty("duration").GetInt64();
        Assert.Equal(Math.Round(rowTotal / 145m, MidpointRounding.AwayFromZero), answer.Json.GetProperty("averageDuration").GetInt64());
        Assert.Equal(rows[0].GetProperty("startTime").GetString(), answer.Text("lastRun"));
    }

    [Fact]
    public async Task Stats_RunningAndCanceledRuns_CountInTheTotalNotInTheRate()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.Held(Server.Target.Url, "stats"));
        var canceled = await Api.StartRunAsync(flow);
        await Api.PostAsync($"flows/{flow}/runs/{canceled}/cancel");
        var running = await Api.StartRunAsync(flow);

        var before = await Api.GetAsync($"flows/{flow}/runs/stats");
        Server.Target.LetGo("stats");
        await Api.EndedRunAsync(flow, running);
        var after = await Api.GetAsync($"flows/{flow}/runs/stats");

        before.Is(HttpStatusCode.OK, """{ "totalRuns": 2, "succeeded": 0, "failed": 0, "successRate": 0, "averageDuration": "<ms>", "lastRun": "<time>", "running": 1, "canceled": 1, "percentiles": { "p50": "<ms>", "p95": "<ms>", "p99": "<ms>" } }""");
        after.Is(HttpStatusCode.OK, """{ "totalRuns": 2, "succeeded": 1, "failed": 0, "successRate": 100, "averageDuration": "<ms>", "lastRun": "<time>", "running": 0, "canceled": 1, "percentiles": { "p50": "<ms>", "p95": "<ms>", "p99": "<ms>" } }""");
    }

    [Fact]
    public async Task Stats_Window_IsWidenedToWholeHoursWhichItNames()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        await Api.FinishRunAsync(flow);
        var lifetime = (await Api.GetAsync($"flows/{flow}/runs/stats")).Json;
        var now = DateTimeOffset.Parse(lifetime.GetProperty("lastRun").GetString()!);

        var around = await Api.GetAsync($"flows/{flow}/runs/stats?from={now:yyyy-MM-dd'T'HH:mm:ss'Z'}&to={now.AddSeconds(1):yyyy-MM-dd'T'HH:mm:ss'Z'}");
        var later = await Api.GetAsync($"flows/{flow}/runs/stats?from={now.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}");

        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        around.Is(HttpStatusCode.OK, $$"""
            { "totalRuns": 1, "succeeded": 1, "failed": 0, "successRate": 100, "averageDuration": "<ms>", "lastRun": "<time>", "running": 0, "canceled": 0,
              "percentiles": { "p50": "<ms>", "p95": "<ms>", "p99": "<ms>" }, "from": "{{Wire(hour)}}", "to": "{{Wire(hour.AddHours(1))}}" }
            """);
        later.Is(HttpStatusCode.OK, $$"""
            { "totalRuns": 0, "succeeded": 0, "failed": 0, "successRate": 0, "averageDuration": 0, "running": 0, "canceled": 0, "from": "{{Wire(hour.AddHours(1))}}" }
            """);
    }

    [Fact]
    public async Task Series_ByDay_HasADayWithTheRunAndOneWithout()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        await Api.FinishRunAsync(flow);
        var now = DateTimeOffset.Parse((await Api.GetAsync($"flows/{flow}/runs/stats")).Text("lastRun"));
        var day = new DateTimeOffset(now.Year, now.Month, now.Day, 0, 0, 0, TimeSpan.Zero);

        var answer = await Api.GetAsync($"flows/{flow}/runs/stats/series?from={Wire(day.AddHours(-1))}&to={Wire(day.AddHours(1))}&interval=day");

        answer.Is(HttpStatusCode.OK, $$"""
            { "interval": "day", "data": [
              { "totalRuns": 0, "succeeded": 0, "failed": 0, "successRate": 0, "averageDuration": 0, "running": 0, "canceled": 0, "from": "{{Wire(day.AddDays(-1))}}", "to": "{{Wire(day)}}" },
              { "totalRuns": 1, "succeeded": 1, "failed": 0, "successRate": 100, "averageDuration": "<ms>", "lastRun": "<time>", "running": 0, "canceled": 0,
                "percentiles": { "p50": "<ms>", "p95": "<ms>", "p99": "<ms>" }, "from": "{{Wire(day)}}", "to": "{{Wire(day.AddDays(1))}}" } ] }
            """);
    }

    [Theory]
    [InlineData("stats?from=yesterday", "from", "'yesterday' is not a time such as 2026-04-21T09:00:00Z.")]
    [InlineData("stats?from=2026-04-21T09:00:00Z&to=2026-04-21T09:00:00Z", "to", "must be later than from.")]
    [InlineData("stats/series?to=2026-04-21T09:00:00Z", "from", "is required.")]
    [InlineData("stats/series?from=2026-04-21T09:00:00Z&to=2026-05-30T00:00:00Z", "to", "makes 927 buckets with from; at most 744 can be asked for at once: ask for a shorter time, or for days.")]
    [InlineData("stats/series?from=2026-04-21T09:00:00Z&to=9999-12-31T23:59:59Z&interval=week", "interval", "'week' is not one of hour, day.")]
    [InlineData("stats/series?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z&interval=day", "to", "makes 3652058 buckets with from; at most 744 can be asked for at once: ask for a shorter time, or for days.")]
    public async Task Stats_WindowThatMakesNoSense_IsRefused(string path, string field, string message)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.GetAsync($"flows/{flow}/runs/{path}");

        answer.IsRefused(field, message);
    }

    [Fact]
    public async Task Series_OfAnotherFlow_IsNotFound()
    {
        var answer = await Api.GetAsync($"flows/{FlowRuns.Flows.FlowId.New(DateTimeOffset.UnixEpoch)}/runs/stats/series?from=2026-04-21T09:00:00Z&to=2026-04-21T10:00:00Z");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
    }

    static string Wire(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    async Task<List<JsonElement>> RowsAsync(string flow)
    {
        var rows = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await Api.GetAsync($"flows/{flow}/runs?limit=100{cursor}")).Json;
            rows.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.GetProperty("cursor").GetString() is { } next ? $"&cursor={next}" : null;
        }

        return rows;
    }
}
