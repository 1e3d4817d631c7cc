using FlowRuns.Storage;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>Rules that every run store keeps. The classes that derive from this one hold one subject each, and are inherited once per database.</summary>
public abstract class RunStoreCompliance(StoreFixture fixture) : IAsyncLifetime
{
    private protected StoreFixture Fixture => fixture;

    private protected IRunStore Store => fixture.Store;

    private protected IRunStore Another => fixture.Another;

    public ValueTask InitializeAsync() => new(fixture.ReadyAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
