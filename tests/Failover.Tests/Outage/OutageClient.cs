using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Failover.Tests.Outage;

/// <summary>Calls the API and remembers what it was promised.</summary>
sealed class OutageClient(SiloSettings settings) : IDisposable
{
    readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(settings.Url, "/api/v1/"),
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", settings.Key) },
    };

    public async Task<string> DefineAsync()
    {
        var flow = new { name = "Greeting", trigger = new { type = "MANUAL" }, steps = new[] { new { name = "Greet", type = "text.format", input = new { text = "Hello" } } } };
        using var answer = await _http.PostAsJsonAsync("flows", flow);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonElement.Parse(body).GetProperty("id").GetString()!;
    }

    /// <summary>Starts a run, or asks for what the path names, and says how that was answered.</summary>
    public async Task<OutageAnswer> AskAsync(HttpMethod method, string path)
    {
        var since = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(method, path);
        using var answer = await _http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        var run = answer.StatusCode == HttpStatusCode.Created ? JsonElement.Parse(body).GetProperty("id").GetString() : null;
        return new OutageAnswer($"{method} {path}", answer.StatusCode, answer.Headers.RetryAfter is not null, Stopwatch.GetElapsedTime(since), run, body);
    }

    public Task<OutageAnswer> StartRunAsync(string flow) => AskAsync(HttpMethod.Post, $"flows/{flow}/runs");

    public async Task<JsonElement> GetAsync(string path) => JsonElement.Parse((await AskAsync(HttpMethod.Get, path)).Body);

    public void Dispose() => _http.Dispose();
}
