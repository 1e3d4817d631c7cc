using FlowRuns.Storage;
using FlowRuns.Storage.Sqlite;

namespace FlowRuns.Grains.Tests.Storage;

public sealed class SqliteStoreFixture : StoreFixture
{
    readonly List<string> _directories = [];

    internal override Task<string> CreateDatabaseAsync()
    {
        _directories.Add(Directory.CreateTempSubdirectory("flowruns-").FullName);
        return Task.FromResult(_directories[^1]);
    }

    internal override (IRunStore Store, IDisposable Resources) OpenDatabase(string database)
    {
        var store = new SqliteRunStore(new SqliteFile(database));
        return (store, store);
    }

    internal override Task ExecuteAsync(string database, string sql)
    {
        using var file = new SqliteFile(database);
        using var session = new SqliteSession(file.Open());
        session.Execute(sql);
        return Task.CompletedTask;
    }

    protected override Task DropDatabasesAsync()
    {
        _directories.ForEach(directory => Directory.Delete(directory, recursive: true));
        return Task.CompletedTask;
    }
}
