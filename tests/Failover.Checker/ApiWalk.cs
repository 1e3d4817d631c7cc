using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace FlowRuns.Failover.Checker;

/// <summary>Reads a flow's whole history over the API.</summary>
sealed class ApiWalk(Uri api, string key) : IDisposable
{
    static readonly ParallelOptions EightAtOnce = new() { MaxDegreeOfParallelism = 8 };

    readonly HttpClient http = new()
    {
        BaseAddress = new Uri(api, "/api/v1/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    public void Dispose() => http.Dispose();

    /// <param name="known">Runs whose detail is asked for even when the list does not show them.</param>
    public async Task<FlowDump> ReadAsync(string flowId, IEnumerable<string> known)
    {
        var rows = await ReadRowsAsync(flowId);
        var ids = rows.Select(row => row.GetProperty("id").GetString()!).Union(known);
        var details = new ConcurrentDictionary<string, JsonElement>();
        await Parallel.ForEachAsync(ids, EightAtOnce, async (id, _) =>
        {
            if (await FindAsync($"flows/{flowId}/runs/{id}") is { } detail)
                details[id] = detail;
        });
        return new(flowId, rows, details, await GetAsync($"flows/{flowId}/runs/stats"));
    }

    async Task<List<JsonElement>> ReadRowsAsync(string flowId)
    {
        var rows = new List<JsonElement>();
        var cursors = new HashSet<string>();
        var cursor = "";
        do
        {
            if (!cursors.Add(cursor))
                throw new InvalidDataException($"The pages of {flowId} go in a circle: cursor {cursor} came twice.");

            var page = await GetAsync($"flows/{flowId}/runs?limit=100{(cursor == "" ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            rows.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.GetProperty("cursor").GetString();
            if (cursor is null == page.GetProperty("hasMore").GetBoolean())
                throw new InvalidDataException($"A page of {flowId} has cursor {cursor ?? "null"} and hasMore {page.GetProperty("hasMore")}.");
        }
        while (cursor is not null);
        return rows;
    }

    async Task<JsonElement> GetAsync(string path) =>
        await FindAsync(path) ?? throw new HttpRequestException($"GET {path} answered 404.");

    async Task<JsonElement?> FindAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }
}
