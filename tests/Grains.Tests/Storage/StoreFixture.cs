using FlowRuns.Storage;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>One database for a class of compliance tests, which keep apart by using flows and projects of their own.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    readonly List<IDisposable> _opened = [];

    internal IRunStore Store { get; private set; } = null!;

    /// <summary>A second store on the same database, as another silo would have.</summary>
    internal IRunStore Another { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await CreateDatabaseAsync();
        Store = Open(database);
        Another = Open(database);
        await Store.PrepareAsync(default);
        await Another.PrepareAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _opened.ForEach(store => store.Dispose());
        await DropDatabasesAsync();
    }

    /// <summary>Makes an empty database and returns how to reach it.</summary>
    internal abstract Task<string> CreateDatabaseAsync();

    internal abstract (IRunStore Store, IDisposable Resources) OpenDatabase(string database);

    internal abstract Task ExecuteAsync(string database, string sql);

    internal IRunStore Open(string database)
    {
        var (store, resources) = OpenDatabase(database);
        _opened.Add(resources);
        return store;
    }

    protected abstract Task DropDatabasesAsync();
}
