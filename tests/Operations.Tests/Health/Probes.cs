using System.Net;
using System.Text.Json;

namespace FlowRuns.Operations.Tests.Health;

/// <summary>What the three probes answer, written as in the documentation's table: <c>200</c>, <c>503 part: reason</c> or <c>no answer</c>.</summary>
sealed record Probes(string Startup, string Live, string Ready)
{
    // As patient as the manifests' probes.
    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(3) };

    public static async Task<Probes> AskAsync(Uri url)
    {
        var answers = await Task.WhenAll(AskAsync(url, "startup"), AskAsync(url, "live"), AskAsync(url, "ready"));
        return new Probes(answers[0], answers[1], answers[2]);
    }

    static async Task<string> AskAsync(Uri url, string probe)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(url, $"/health/{probe}"));
            return answer.StatusCode == HttpStatusCode.OK ? "200" : $"{(int)answer.StatusCode} {Down(await answer.Content.ReadAsStringAsync())}";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return "no answer";
        }
    }

    static string Down(string body)
    {
        string[] well = ["active", "takes writes", "answers", "started", "connected"];
        return string.Join(", ", JsonElement.Parse(body).GetProperty("checks").EnumerateObject().Where(check => !well.Contains(check.Value.GetString())).Select(check => $"{check.Name}: {check.Value}"));
    }
}
