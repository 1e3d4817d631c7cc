using System.Net;

namespace FlowRuns.Operations.Tests.Dashboard;

/// <summary>Asks for what is under <c>/dashboard</c>; follows nothing and keeps nothing.</summary>
sealed class DashboardClient(Uri url) : IDisposable
{
    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = url };

    public async Task<HttpResponseMessage> LogInAsync(string key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dashboard/login") { Content = new FormUrlEncodedContent([KeyValuePair.Create("key", key)]) };
        Add(headers, request);
        return await _http.SendAsync(request);
    }

    public async Task<HttpStatusCode> StatusAsync(string path, params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(path, headers);
        return answer.StatusCode;
    }

    public async Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        Add(headers, request);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public void Dispose() => _http.Dispose();

    static void Add((string Name, string Value)[] headers, HttpRequestMessage request)
    {
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
    }
}
