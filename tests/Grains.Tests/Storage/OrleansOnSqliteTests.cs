using System.Data.Common;
using FlowRuns.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FlowRuns.Grains.Tests.Storage;

public sealed class OrleansOnSqliteTests : OrleansCompliance
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-").FullName;
    readonly SqliteFile _file;
    readonly SqliteRunStore _store;

    public OrleansOnSqliteTests()
    {
        _file = new SqliteFile(_directory);
        _store = new SqliteRunStore(_file);
        Source = new SqliteDataSource(_file);
    }

    private protected override string Invariant => SqliteDataSource.Invariant;

    private protected override DbDataSource Source { get; }

    public override async ValueTask InitializeAsync() => await _store.PrepareAsync(default);

    public override ValueTask DisposeAsync()
    {
        Source.Dispose();
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task State_WrittenBesideABusyJournal_WaitsForItsTurn()
    {
        using var host = await StartSiloAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var flow = StoredRuns.NewFlow();
        using var stop = new CancellationTokenSource();
        var journal = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await _store.CommitAsync([.. Enumerable.Range(0, 200).Select(_ => StoredRuns.Start(flow))], default);
        });

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => grains.GetGrain<INoteGrain>($"note_{i}").WriteAsync("text")));

        await stop.CancelAsync();
        await journal;
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 100).Select(i => grains.GetGrain<INoteGrain>($"note_{i}").ReadAsync())), text => Assert.Equal("text", text));
        await host.StopAsync();
    }
}
