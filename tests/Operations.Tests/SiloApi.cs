using System.Net;
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
    public async Task<string> CreateFlowAsync(string yaml) =>
        (await PostAsync("/api/v1/flows", () => new StringContent(yaml, Encoding.UTF8, "application/yaml"))).GetProperty("id").GetString()!;

    public Task<JsonElement> PostAsync(string path, object body, params (string Name, string Value)[] headers) => PostAsync(path, () => JsonContent.Create(body), headers);

    /// <remarks>Again while there is no answer in time: the first calls of a process compile it, and a gateway gives a silo five seconds.</remarks>
    async Task<JsonElement> PostAsync(string path, Func<HttpContent> body, params (string Name, string Value)[] headers)
    {
        var answer = await Eventually.SeeAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body() };
                foreach (var (name, value) in headers)
                    request.Headers.Add(name, value);
                return await Http.SendAsync(request);
            },
            answer => answer.StatusCode != HttpStatusCode.GatewayTimeout);
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
