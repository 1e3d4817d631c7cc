namespace FlowRuns.Gateway.Tests.Server;

/// <summary>A test against the whole product, in a project of its own.</summary>
[Collection(ServerCollection.Name)]
public abstract class ServerTest(ServerFixture server) : IAsyncLifetime
{
    protected ServerFixture Server { get; } = server;

    internal Api Api { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Api = await Server.NewProjectAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
