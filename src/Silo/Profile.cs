using FlowRuns.Connections;
using FlowRuns.Gateway.Dashboard;
using FlowRuns.Gateway.Host;
using FlowRuns.Gateway.Telemetry;
using FlowRuns.Storage;
using Orleans.Storage;

namespace FlowRuns.Silo;

/// <summary>Where runs and Orleans' own data are kept, and how silos find each other. All else is the same everywhere.</summary>
abstract class Profile : IDisposable
{
    /// <summary>The cluster profile when a connection string selects it, or else the embedded one.</summary>
    public static Profile Open(IConfiguration configuration, IHostEnvironment environment) =>
        configuration.GetConnectionString("FlowRuns") is { Length: > 0 } connectionString
            ? ClusterProfile.Open(connectionString, configuration, environment)
            : EmbeddedProfile.Open(configuration);

    protected abstract string KeyFile { get; }

    public void AddTo(WebApplicationBuilder builder)
    {
        var secrets = SecretBox.Open(KeyFile);
        builder.Services.AddSingleton(secrets);
        builder.Services.Configure<Gateway.GatewayOptions>(o => o.CursorKey = secrets.DeriveKey("cursor"));
        AddStore(builder.Services);
        builder.Services.AddFlowRunsGrains();
        builder.UseOrleans(silo =>
        {
            silo.Services.AddSingleton<OrleansGrainStorageSerializer>();
            AddStore(silo, builder.Configuration.GetSection("Orleans"));
            silo.AddFlowRunsGrains();
            silo.AddFlowRunsDashboard(builder);
            if (builder.Configuration.HasTraces())
                silo.AddActivityPropagation();
        });
        builder.Services.AddFlowRunsLoops();
    }

    /// <summary>Makes the schema; to be awaited before the host starts.</summary>
    public static async Task PrepareAsync(IServiceProvider services)
    {
        try
        {
            await services.GetRequiredService<IRunStore>().PrepareAsync(CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            throw new StartupException(e.Message);
        }
    }

    public abstract void Dispose();

    /// <summary>Adds the <see cref="IRunStore"/>.</summary>
    protected abstract void AddStore(IServiceCollection services);

    /// <summary>Adds membership, grain storage and reminders.</summary>
    protected abstract void AddStore(ISiloBuilder silo, IConfigurationSection settings);
}
