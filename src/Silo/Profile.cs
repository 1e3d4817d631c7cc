using FlowRuns.Connections;
using FlowRuns.Gateway.Dashboard;
using FlowRuns.Gateway.Host;
using FlowRuns.Gateway.Telemetry;
using FlowRuns.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace FlowRuns.Silo;

/// <summary>Where runs and Orleans' own data are kept, and how silos find each other. All else is the same everywhere.</summary>
abstract class Profile : IDisposable
{
    protected const string KeyFileSetting = "FlowRuns:EncryptionKeyFile";

    static readonly TimeSpan FirstContact = TimeSpan.FromSeconds(30);

    /// <summary>The cluster profile when a connection string selects it, or else the embedded one.</summary>
    public static Profile Open(IConfiguration configuration, IHostEnvironment environment) =>
        configuration.GetConnectionString("FlowRuns") is { Length: > 0 } connectionString
            ? ClusterProfile.Open(connectionString, configuration, environment)
            : EmbeddedProfile.Open(configuration);

    protected abstract string KeyFile { get; }

    public void AddTo(WebApplicationBuilder builder)
    {
        var secrets = OpenSecrets();
        builder.Services.AddSingleton(secrets);
        builder.Services.Configure<Gateway.GatewayOptions>(o => o.CursorKey = secrets.DeriveKey("cursor"));
        AddStore(builder.Services);
        builder.Services.AddSingleton<Patience>();
        builder.Services.AddFlowRunsGrains();
        builder.UseOrleans(silo =>
        {
            silo.Services.AddSingleton<OrleansGrainStorageSerializer>();
            silo.Services.AddSingleton<SiloLifecycleSubject, PatientLifecycle>();
            AddStore(silo, builder.Configuration.GetSection("Orleans"));
            silo.AddFlowRunsGrains();
            silo.AddFlowRunsDashboard(builder);
            if (builder.Configuration.HasTraces())
                silo.AddActivityPropagation();
        });
        builder.Services.AddFlowRunsLoops();
    }

    /// <summary>Makes the schema; to be awaited before the host starts. What is away for longer than the patience ends the start: its address may be wrong.</summary>
    public virtual async Task PrepareAsync(IServiceProvider services)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        var since = clock.GetTimestamp();
        try
        {
            await services.GetRequiredService<Patience>().RepeatAsync(
                () => services.GetRequiredService<IRunStore>().PrepareAsync(CancellationToken.None),
                e => e is StoreUnavailableException && clock.GetElapsedTime(since) < FirstContact,
                CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            throw new StartupException(e.Message);
        }
    }

    public abstract void Dispose();

    SecretBox OpenSecrets()
    {
        try
        {
            return SecretBox.Open(KeyFile);
        }
        catch (InvalidDataException e)
        {
            throw new StartupException($"{KeyFileSetting}: {e.Message}");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new StartupException($"{KeyFileSetting} must name a key file that this process may read, or may make where none is: {e.Message}");
        }
    }

    /// <summary>Adds the <see cref="IRunStore"/>.</summary>
    protected abstract void AddStore(IServiceCollection services);

    /// <summary>Adds membership, grain storage and reminders.</summary>
    protected abstract void AddStore(ISiloBuilder silo, IConfigurationSection settings);
}
