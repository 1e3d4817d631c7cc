using static FlowRuns.Grains.Tests.Storage.StoredRuns;
using static FlowRuns.Storage.RunWriteOutcome;

namespace FlowRuns.Grains.Tests.Storage;

public abstract class SchemaCompliance(StoreFixture fixture) : RunStoreCompliance(fixture)
{
    [Fact]
    public async Task Prepare_ByTenAtOnce_MakesOneSchema()
    {
        var database = await Fixture.CreateDatabaseAsync();
        var stores = Enumerable.Range(0, 10).Select(_ => Fixture.Open(database)).ToList();

        await Task.WhenAll(stores.Select(store => store.PrepareAsync(default)));

        var start = Start(NewFlow());
        Assert.Equal([Applied], await stores[0].CommitAllAsync(start));
        Assert.Equal([Repeated], await stores[9].CommitAllAsync(start));
    }

    [Fact]
    public async Task Prepare_Again_KeepsWhatIsThere()
    {
        var start = Start(NewFlow());
        await Store.CommitAsync(start);

        await Another.PrepareAsync(default);

        Assert.Equal([start.Run], await Another.ListIdsAsync(start.Flow));
    }

    [Fact]
    public async Task Prepare_SchemaOfANewerProgram_IsRefused()
    {
        var database = await Fixture.CreateDatabaseAsync();
        var store = Fixture.Open(database);
        await store.PrepareAsync(default);
        await Fixture.ExecuteAsync(database, "insert into schema_version (version, name) values (9999, 'from the future')");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => store.PrepareAsync(default));

        Assert.Contains("9999", error.Message);
    }

    [Fact]
    public async Task Ping_PreparedDatabase_Answers() => await Store.PingAsync(default);
}
