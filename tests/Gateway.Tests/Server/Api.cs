using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace FlowRuns.Gateway.Tests.Server;

/// <summary>The API as the holder of one key calls it. Whatever is asked, what every answer must have is checked.</summary>
sealed class Api(HttpClient http, string? key)
{
    public const string Json = "application/json";
    public const string Yaml = "application/yaml";

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, content: null, headers);

    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, content: null, headers);

    public Task<Answer> PostAsync(string path, string body, string mediaType = Json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, Content(body, mediaType), headers);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <param name="path">Below <c>/api/v1/</c>, or from the root when it begins with a slash.</param>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : $"/api/v1/{path}") { Content = content };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public static ByteArrayContent Content(string body, string mediaType) =>
        new(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };

    /// <summary>Makes a flow and returns its id.</summary>
    public async Task<string> CreateFlowAsync(string yaml)
    {
        var answer = await PostAsync("flows", yaml, Yaml);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        return answer.Text("id");
    }

    /// <summary>Starts a run and returns its id.</summary>
    public async Task<string> StartRunAsync(string flow, string body = "{}")
    {
        var answer = await PostAsync($"flows/{flow}/runs", body);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        return answer.Text("id");
    }

    /// <summary>Starts a run, waits until it has ended, and returns its id.</summary>
    public async Task<string> FinishRunAsync(string flow, string body = "{}")
    {
        var answer = await PostAsync($"flows/{flow}/runs?wait=60", body);
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body);
        return answer.Text("id");
    }

    /// <summary>Asks until a run that was started before has ended.</summary>
    public async Task<Answer> EndedRunAsync(string flow, string run)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var answer = await GetAsync($"flows/{flow}/runs/{run}");
            if (answer.Text("status") != "RUNNING")
                return answer;
            await Task.Delay(20, deadline.Token);
        }
    }
}
