using FlowRuns.Connections;
using FlowRuns.Storage;
using FlowRuns.Storage.Sqlite;
using Orleans.Configuration;
using Orleans.Storage;

namespace FlowRuns.Silo;

/// <summary>Everything in one process and one directory: SQLite for runs and for Orleans' state and reminders, one silo on loopback.</summary>
sealed class EmbeddedProfile : IDisposable
{
    // Orleans' name for SQLite; the provider behind it is Microsoft.Data.Sqlite.
    const string Invariant = "System.Data.SQLite";

    readonly DirectoryLock _lock;

    EmbeddedProfile(string directory, string keyFile)
    {
        _lock = DirectoryLock.Take(directory);
        DatabaseFile = Path.Combine(directory, "flowruns.db");
        KeyFile = keyFile;
    }

    string DatabaseFile { get; }

    string KeyFile { get; }

    public static EmbeddedProfile Open(IConfiguration configuration)
    {
        var directory = Path.GetFullPath(configuration["FlowRuns:DataDirectory"] ?? "data");
        return new EmbeddedProfile(directory, configuration["FlowRuns:EncryptionKeyFile"] ?? Path.Combine(directory, "encryption.key"));
    }

    public void AddTo(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(SecretBox.Open(KeyFile));
        builder.Services.AddSingleton<IRunStore>(new SqliteRunStore(DatabaseFile));
        builder.Services.AddFlowRunsGrains();
        builder.UseOrleans(silo =>
        {
            var endpoints = builder.Configuration.GetSection("Orleans:Endpoints");
            silo.UseLocalhostClustering(
                endpoints.GetValue("SiloPort", EndpointOptions.DEFAULT_SILO_PORT),
                endpoints.GetValue("GatewayPort", EndpointOptions.DEFAULT_GATEWAY_PORT),
                serviceId: "flowruns",
                clusterId: "flowruns");
            silo.AddAdoNetGrainStorageAsDefault(storage => storage.Configure<OrleansGrainStorageSerializer>((o, serializer) =>
            {
                o.Invariant = Invariant;
                o.ConnectionString = SqliteRunStore.ConnectionString(DatabaseFile);
                o.GrainStorageSerializer = serializer;
            }));
            silo.UseAdoNetReminderService(o =>
            {
                o.Invariant = Invariant;
                o.ConnectionString = SqliteRunStore.ConnectionString(DatabaseFile);
            });
            silo.Services.AddSingleton<OrleansGrainStorageSerializer>();
            silo.AddFlowRunsGrains();
        });
        builder.Services.AddFlowRunsLoops();
    }

    /// <summary>Makes the schema; to be awaited before the host starts.</summary>
    public Task PrepareAsync(IServiceProvider services) => services.GetRequiredService<IRunStore>().PrepareAsync(CancellationToken.None);

    public void Dispose() => _lock.Dispose();
}
