using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FlowRuns.Failover.Tests.Silo;

namespace FlowRuns.Operations.Tests;

/// <summary>What an operator and a caller ask of one process.</summary>
sealed class SiloApi : IDisposable
{
    public SiloApi(Uri url, string key)
    {
        Http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(20), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
    }

    public SiloApi(SiloSettings settings)
        : this(settings.Url, settings.Key)
    {
    }

    public HttpClient Http { get; }

    /// <summary>Returns the new flow's id.</summary>
    public async Task<string> CreateFlowAsync(string yaml)
    {
        using var content = new StringContent(yaml, Encoding.UTF8, "application/yaml");
        using var answer = await Http.PostAsync("/api/v1/flows", content);
        return (await ReadAsync(answer)).GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> PostAsync(string path, object body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var answer = await Http.SendAsync(request);
        return await ReadAsync(answer);
    }

    public void Dispose() => Http.Dispose();

    static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }
}
