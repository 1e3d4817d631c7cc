using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>Orleans' own AdoNet providers on our query rows, in a real silo on a real database.</summary>
public abstract class OrleansCompliance : IAsyncLifetime
{
    private protected abstract string Invariant { get; }

    private protected abstract DbDataSource Source { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

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

    private protected async Task<IHost> StartSiloAsync(bool deleteOnClear = false)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort(), FreePort())
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("flowruns", "flowruns"))
            .AddAdoNetGrainStorageAsDefault(options =>
            {
                options.Invariant = Invariant;
                options.DataSource = Source;
                options.DeleteStateOnClear = deleteOnClear;
            })
            .UseAdoNetReminderService(options => options.Configure(table => (table.Invariant, table.DataSource) = (Invariant, Source))));
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
