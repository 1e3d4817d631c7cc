using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class PagingTests(ServerFixture server) : ServerTest(server)
{
    const int Existing = 10_000;
    const int Lanes = 64;

    static readonly string[] Filters = ["", "SUCCEEDED", "FAILED", "CANCELED", "RUNNING", "RUNNING,FAILED,CANCELED"];

    [Fact]
    public async Task Walk_WhileRunsAreAdded_ShowsEveryEarlierRunOnce()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var statuses = await PrepareAsync(flow);

        using var stop = new CancellationTokenSource();
        var adding = AddUntilAsync(flow, stop.Token);
        foreach (var filter in Filters)
        {
            var walked = await WalkAsync(flow, filter, random);

            var expected = statuses.Where(run => Matches(filter, run.Value)).Select(run => run.Key).OrderDescending(StringComparer.Ordinal);
            Assert.True(walked.SequenceEqual(walked.Distinct().OrderDescending(StringComparer.Ordinal)), $"Seed {seed}, filter '{filter}': rows repeat or are out of order.");
            Assert.Equal(expected, walked.Where(statuses.ContainsKey));
        }

        await stop.CancelAsync();
        var added = await adding;
        Assert.InRange(added, 1, int.MaxValue);
        Assert.Equal(statuses.Count + added, (await Api.GetAsync($"flows/{flow}/runs/stats")).Json.GetProperty("totalRuns").GetInt32());
    }

    /// <summary>Runs of every status that will not change any more, by their ids.</summary>
    async Task<Dictionary<string, string>> PrepareAsync(string flow)
    {
        var runs = new Dictionary<string, string>();
        foreach (var run in await StartAsync(flow, Existing - 1))
            runs.Add(run, "SUCCEEDED");

        await Api.PostAsync($"flows/{flow}", SomeYaml.NeedsName, Api.Yaml);
        foreach (var run in await StartAsync(flow, 300))
            runs.Add(run, "FAILED");

        await Api.PostAsync($"flows/{flow}", SomeYaml.Held(Server.Target.Url, "paging"), Api.Yaml);
        foreach (var run in await StartAsync(flow, 250))
            runs.Add(run, "RUNNING");
        foreach (var run in runs.Where(run => run.Value == "RUNNING").Select(run => run.Key).Take(120).ToList())
        {
            await Api.PostAsync($"flows/{flow}/runs/{run}/cancel");
            runs[run] = "CANCELED";
        }

        await Api.PostAsync($"flows/{flow}", """{ "steps": [] }""");
        runs.Add(await Api.FinishRunAsync(flow), "SUCCEEDED");
        while ((await Api.GetAsync($"flows/{flow}/runs/stats")).Json.GetProperty("running").GetInt32() != runs.Count(run => run.Value == "RUNNING"))
            await Task.Delay(20);
        return runs;
    }

    async Task<List<string>> StartAsync(string flow, int count)
    {
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
        {
            var runs = new List<string>();
            for (var i = lane; i < count; i += Lanes)
                runs.Add(await Api.StartRunAsync(flow));
            return runs;
        }));
        return [.. lanes.SelectMany(runs => runs)];
    }

    async Task<int> AddUntilAsync(string flow, CancellationToken stop)
    {
        var added = 0;
        while (!stop.IsCancellationRequested)
        {
            await Api.StartRunAsync(flow);
            added++;
        }

        return added;
    }

    async Task<List<string>> WalkAsync(string flow, string filter, Random random)
    {
        var shown = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var limit = random.Next(1, 101);
            var answer = await Api.GetAsync($"flows/{flow}/runs?limit={limit}{(filter.Length > 0 ? $"&status={filter}" : "")}{cursor}");
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
            var page = answer.Json;
            var rows = page.GetProperty("data").EnumerateArray().ToList();
            Assert.DoesNotContain(rows, row => !Matches(filter, row.GetProperty("status").GetString()!));
            Assert.InRange(rows.Count, page.GetProperty("hasMore").GetBoolean() ? limit : 0, limit);
            shown.AddRange(rows.Select(row => row.GetProperty("id").GetString()!));
            cursor = page.GetProperty("hasMore").GetBoolean() ? $"&cursor={page.GetProperty("cursor").GetString()}" : null;
        }

        return shown;
    }

    static bool Matches(string filter, string status) => filter.Length == 0 || filter.Split(',').Contains(status);
}
