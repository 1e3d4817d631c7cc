using System.Collections.Concurrent;
using FlowRuns.Load.Servers;

namespace FlowRuns.Load.Measures;

/// <summary>Every run there is, read from the lists after the load, and what is wrong with it.</summary>
sealed class Recount
{
    readonly ConcurrentDictionary<string, RunRow> _rows = new();
    readonly ConcurrentBag<string> _faults = [];

    public IEnumerable<RunRow> Rows => _rows.Values;

    public IReadOnlyList<string> Faults => [.. _faults];

    public static async Task<Recount> TakeAsync(Api api, IEnumerable<string> flows, IEnumerable<string> accepted)
    {
        var recount = new Recount();
        await Parallel.ForEachAsync(flows, Api.SomeAtOnce, async (flow, _) => await recount.AddAsync(api, flow));
        foreach (var run in accepted.Where(run => !recount._rows.TryGetValue(run, out var row) || row.Status == "RUNNING"))
            recount._faults.Add($"{run} was answered with 201 and {(recount._rows.ContainsKey(run) ? "still runs" : "is not there")}.");
        return recount;
    }

    async Task AddAsync(Api api, string flow)
    {
        var (total, succeeded, failed, canceled) = (0L, 0L, 0L, 0L);
        await foreach (var row in api.WalkAsync(flow))
        {
            if (!_rows.TryAdd(row.Id, row))
                _faults.Add($"{row.Id} is listed twice.");
            total++;
            succeeded += row.Status == "SUCCEEDED" ? 1 : 0;
            failed += row.Status == "FAILED" ? 1 : 0;
            canceled += row.Status == "CANCELED" ? 1 : 0;
        }

        var stats = await api.GetAsync($"flows/{flow}/runs/stats");
        Compare("totalRuns", total);
        Compare("succeeded", succeeded);
        Compare("failed", failed);
        Compare("canceled", canceled);

        void Compare(string figure, long counted)
        {
            var told = stats.GetProperty(figure).GetInt64();
            if (told != counted)
                _faults.Add($"{flow}: {figure} is {told}, a recount gives {counted}.");
        }
    }
}
