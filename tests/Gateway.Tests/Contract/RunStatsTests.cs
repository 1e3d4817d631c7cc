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
            { "totalRuns": 145, "succeeded": 143, "failed": 2, "successRate": 98.6, "averageDuration": "<ms>", "lastRun": "<time>", "running": 0, "canceled": 0 }
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

        before.Is(HttpStatusCode.OK, """{ "totalRuns": 2, "succeeded": 0, "failed": 0, "successRate": 0, "averageDuration": "<ms>", "lastRun": "<time>", "running": 1, "canceled": 1 }""");
        after.Is(HttpStatusCode.OK, """{ "totalRuns": 2, "succeeded": 1, "failed": 0, "successRate": 100, "averageDuration": "<ms>", "lastRun": "<time>", "running": 0, "canceled": 1 }""");
    }

    [Theory]
    [InlineData("from=2026-04-21T09:00:00Z")]
    [InlineData("to=2026-04-21T09:00:00Z")]
    public async Task Stats_WindowThatIsNotSupported_IsRefusedNotIgnored(string query)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.GetAsync($"flows/{flow}/runs/stats?{query}");

        answer.IsRefused(query.Split('=')[0], "is not supported by this version.");
    }

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
