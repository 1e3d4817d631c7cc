using System.Text.Json;

namespace FlowRuns.Gateway.Tests.Description;

/// <summary>The gateway's description as anybody gets it, fetched once.</summary>
public sealed class DescribedApi : IAsyncLifetime
{
    EdgeApplication _app = null!;

    public HttpClient Client => _app.Client;

    public JsonElement Document { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _app = await EdgeApplication.StartAsync();
        Document = JsonElement.Parse(await Client.GetStringAsync("/openapi/v1.json"));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
