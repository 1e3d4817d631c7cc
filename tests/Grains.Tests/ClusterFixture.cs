using System.Net;
using System.Net.Sockets;
using FlowRuns.Connections;
using FlowRuns.Flows;
using FlowRuns.Grains.Tests.Storage;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Storage;
using FlowRuns.Storage.Sqlite;
using FlowRuns.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace FlowRuns.Grains.Tests;

/// <summary>The engine in a real silo on a real file, shared by tests that keep apart by flows of their own and run one after another.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-").FullName;
    IHost _host = null!;

    internal PatientClock Clock { get; } = new();

    internal FaultyCalls Calls { get; } = new();

    internal ScriptedStep Script { get; } = new();

    internal FlakyStore Store => _host.Services.GetRequiredService<FlakyStore>();

    internal SqliteFile File => _host.Services.GetRequiredService<SqliteFile>();

    internal IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    internal string Silo => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["FlowRuns:Runs:SweepInterval"] = "00:00:00.2";
        builder.Configuration["FlowRuns:Journal:CommitTimeout"] = "00:00:05";
        builder.Configuration["FlowRuns:Egress:Allow:0"] = "127.0.0.1";
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(SecretBox.Open(Path.Combine(_directory, "encryption.key")));
        builder.Services.AddSqliteRunStore(_directory);
        builder.Services.AddSingleton(services => new FlakyStore(new SqliteRunStore(services.GetRequiredService<SqliteFile>())));
        builder.Services.AddSingleton<IRunStore>(services => services.GetRequiredService<FlakyStore>());
        builder.Services.AddSingleton<IStep>(Script);
        builder.Services.AddFlowRunsGrains();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort(), serviceId: "flowruns", clusterId: "flowruns");
            silo.AddAdoNetGrainStorageAsDefault(storage => storage.Configure<SqliteDataSource, OrleansGrainStorageSerializer>((options, source, serializer) =>
                (options.Invariant, options.DataSource, options.GrainStorageSerializer) = (SqliteDataSource.Invariant, source, serializer)));
            silo.Services.AddSingleton<OrleansGrainStorageSerializer>();
            silo.UseInMemoryReminderService();
            silo.AddFlowRunsGrains();
            silo.Services.AddSingleton<IIncomingGrainCallFilter>(Calls);
        });
        builder.Services.AddFlowRunsLoops();
        _host = builder.Build();
        await Store.PrepareAsync(default);
        await _host.StartAsync();
        await Grains.GetGrain<IProjectGrain>(ProjectId.Default.ToString()).CreateAsync("Default");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    internal IFlowGrain Flow(FlowId flow) => Grains.GetGrain<IFlowGrain>(flow.ToString());

    internal IRunGrain Run(RunId run) => Grains.GetGrain<IRunGrain>(run.ToString());

    internal Task<FlowId> DefineAsync(params StepDefinition[] steps) => DefineAsync(Some.ManualTrigger(), steps);

    internal async Task<FlowId> DefineAsync(TriggerDefinition trigger, params StepDefinition[] steps)
    {
        var flow = FlowId.New(TimeProvider.System.GetUtcNow());
        await Flow(flow).CreateAsync(ProjectId.Default, new FlowDefinition { Name = "Some flow", Trigger = trigger, Steps = [.. steps] });
        return flow;
    }

    internal async Task<StartedRun> StartAsync(params StepDefinition[] steps) => await StartAsync(await DefineAsync(steps));

    internal Task<StartedRun> StartAsync(FlowId flow, string? key = null) => Flow(flow).StartRunAsync(
        ProjectId.Default,
        new StartRun { Trigger = Trigger.Manual(JsonData.Null), IdempotencyKey = key, RequestHash = key is null ? null : "hash" });

    /// <summary>The run as the store has it once it has ended and its flow knows.</summary>
    internal async Task<RunDetail> EndedAsync(StartedRun run)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            if (await Store.FindRunAsync(run.FlowId, run.Id, deadline.Token) is { Summary.Status: not RunStatus.Running } detail)
            {
                // Whoever executed it ends only once the flow has answered.
                await Run(run.Id).WaitAsync(Deadline);
                return detail;
            }

            await Task.Delay(10, deadline.Token);
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}
