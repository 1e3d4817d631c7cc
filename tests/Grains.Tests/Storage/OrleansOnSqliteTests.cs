using System.Net;
using System.Net.Sockets;
using FlowRuns.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>Orleans' own AdoNet providers on our query rows, in a real silo on a real file.</summary>
public sealed class OrleansOnSqliteTests : IAsyncLifetime
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-").FullName;
    readonly SqliteFile _file;
    readonly SqliteRunStore _store;
    readonly SqliteDataSource _source;

    public OrleansOnSqliteTests()
    {
        _file = new SqliteFile(_directory);
        _store = new SqliteRunStore(_file);
        _source = new SqliteDataSource(_file);
    }

    public async ValueTask InitializeAsync() => await _store.PrepareAsync(default);

    public ValueTask DisposeAsync()
    {
        _source.Dispose();
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task State_WrittenAndClearedOverSiloRestarts_IsWhatWasLeft()
    {
        using (var host = await StartSiloAsync())
        {
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            await grains.GetGrain<INoteGrain>("note_a").WriteAsync("first");
            await grains.GetGrain<INoteGrain>("note_a").WriteAsync("second 🦊");
            await grains.GetGrain<INoteGrain>("note_b").WriteAsync("other");
            await host.StopAsync();
        }

        using (var host = await StartSiloAsync())
        {
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            Assert.Equal("second 🦊", await grains.GetGrain<INoteGrain>("note_a").ReadAsync());
            Assert.Equal("other", await grains.GetGrain<INoteGrain>("note_b").ReadAsync());
            Assert.Null(await grains.GetGrain<INoteGrain>("note_c").ReadAsync());
            await grains.GetGrain<INoteGrain>("note_a").ClearAsync();
            await host.StopAsync();
        }

        using (var host = await StartSiloAsync())
        {
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            Assert.Null(await grains.GetGrain<INoteGrain>("note_a").ReadAsync());
            await grains.GetGrain<INoteGrain>("note_a").WriteAsync("third");
            Assert.Equal("third", await grains.GetGrain<INoteGrain>("note_a").ReadAsync());
            await host.StopAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task State_WrittenWithAnOldVersion_IsRefused(bool deleteOnClear)
    {
        using var host = await StartSiloAsync(deleteOnClear);
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        var id = GrainId.Create("note", "note_x");
        var (first, second) = (new GrainState<Note>(new Note { Text = "first" }), new GrainState<Note>(new Note { Text = "second" }));

        await storage.WriteStateAsync("note", id, first);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, second));
        await storage.ReadStateAsync("note", id, second);
        Assert.Equal("first", second.State!.Text);

        await storage.WriteStateAsync("note", id, second);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("note", id, first));

        await storage.ClearStateAsync("note", id, second);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", id, first));
        await storage.WriteStateAsync("note", id, second);
        await storage.ReadStateAsync("note", id, first);
        Assert.True(first.RecordExists);
        Assert.Equal(second.ETag, first.ETag);
        await host.StopAsync();
    }

    [Fact]
    public async Task State_OfGrainsWithNumbersAsKeys_IsKeptApart()
    {
        using var host = await StartSiloAsync();
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>("Default");
        var ids = new[] { GrainIdKeyExtensions.CreateIntegerKey(1), GrainIdKeyExtensions.CreateIntegerKey(2), GrainIdKeyExtensions.CreateIntegerKey(1, "x") };
        var states = ids.Select((key, i) => (Id: GrainId.Create(GrainType.Create("note"), key), State: new GrainState<Note>(new Note { Text = $"{i}" }))).ToList();

        foreach (var (id, state) in states)
            await storage.WriteStateAsync("note", id, state);

        foreach (var (id, state) in states)
        {
            var read = new GrainState<Note>();
            await storage.ReadStateAsync("note", id, read);
            Assert.Equal(state.State!.Text, read.State!.Text);
        }

        await host.StopAsync();
    }

    [Fact]
    public async Task Reminders_RegisteredUpdatedAndUnregistered_AreInTheTable()
    {
        using var host = await StartSiloAsync();
        var table = host.Services.GetRequiredService<IReminderTable>();
        var note = host.Services.GetRequiredService<IGrainFactory>().GetGrain<INoteGrain>("note_r");

        await note.RemindAsync("wake", TimeSpan.FromMinutes(1));
        await note.RemindAsync("wake", TimeSpan.FromDays(40));
        await note.RemindAsync("sleep", TimeSpan.FromMinutes(2));
        Assert.Equal(["sleep", "wake"], (await note.ListRemindersAsync()).Order());

        var id = note.GetGrainId();
        var row = await table.ReadRow(id, "wake");
        Assert.Equal((TimeSpan.FromDays(40), "1"), (row!.Period, row.ETag));
        var hash = id.GetUniformHashCode();
        Assert.Equal(2, (await table.ReadRows(hash - 1, hash)).Reminders.Count);
        Assert.Empty((await table.ReadRows(hash, hash + 1)).Reminders);
        Assert.Equal(2, (await table.ReadRows(0, 0)).Reminders.Count);

        Assert.False(await table.RemoveRow(id, "wake", "0"));
        await note.ForgetAsync("wake");
        Assert.Equal(["sleep"], await note.ListRemindersAsync());
        await host.StopAsync();
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

    async Task<IHost> StartSiloAsync(bool deleteOnClear = false)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort(), FreePort())
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("flowruns", "flowruns"))
            .AddAdoNetGrainStorageAsDefault(options =>
            {
                options.Invariant = SqliteDataSource.Invariant;
                options.DataSource = _source;
                options.DeleteStateOnClear = deleteOnClear;
            })
            .UseAdoNetReminderService(options => options.Configure(table => (table.Invariant, table.DataSource) = (SqliteDataSource.Invariant, _source))));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
