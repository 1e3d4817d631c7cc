using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace FlowRuns.Load.Servers;

/// <summary>The product's API, for what is not measured.</summary>
sealed class Api(Product product) : IDisposable
{
    public static readonly ParallelOptions SomeAtOnce = new() { MaxDegreeOfParallelism = 4 };

    readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(product.Urls[0], "/api/v1/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", product.Key) },
    };

    public void Dispose() => _http.Dispose();

    /// <summary>Defines the scenario's flows and returns their ids.</summary>
    public async Task<string[]> DefineAsync(Scenario scenario, StandIn standIn)
    {
        var ids = new string[scenario.Flows];
        await Parallel.ForAsync(0, ids.Length, SomeAtOnce, async (number, _) => ids[number] = (await PostAsync("flows", scenario.Definition(number, standIn.Url))).GetProperty("id").GetString()!);
        return ids;
    }

    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadFromJsonAsync<JsonElement>()
            : throw new HttpRequestException($"POST {path} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}\n{product.Output}");
    }

    public Task<JsonElement> GetAsync(string path) => _http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    public async IAsyncEnumerable<RunRow> WalkAsync(string flow)
    {
        string? cursor = null;
        do
        {
            var page = await GetAsync($"flows/{flow}/runs?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            foreach (var row in page.GetProperty("data").EnumerateArray())
                yield return RunRow.Of(row);
            cursor = page.GetProperty("cursor").GetString();
        }
        while (cursor is not null);
    }

    public async Task<bool> IsRunningAsync(string flow) => (await GetAsync($"flows/{flow}/runs?status=RUNNING&limit=1")).GetProperty("data").GetArrayLength() > 0;
}
