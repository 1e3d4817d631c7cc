using FlowRuns.Storage;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>One database for a class of compliance tests, which keep apart by using flows and projects of their own.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    readonly List<IDisposable> _opened = [];
    Task? _ready;

    internal IRunStore Store { get; private set; } = null!;

    /// <summary>A second store on the same database, as another silo would have.</summary>
    internal IRunStore Another { get; private set; } = null!;

    /// <summary>Makes the database for the first test that asks: a test can be skipped for the lack of one, a fixture can only fail.</summary>
    public Task ReadyAsync() => _ready ??= PrepareAsync();

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

    async Task PrepareAsync()
    {
        var database = await CreateDatabaseAsync();
        Store = Open(database);
        Another = Open(database);
        await Store.PrepareAsync(default);
        await Another.PrepareAsync(default);
    }
}
