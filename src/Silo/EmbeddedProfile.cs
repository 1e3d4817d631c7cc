using FlowRuns.Connections;
using FlowRuns.Storage;
using FlowRuns.Storage.Sqlite;
using Orleans.Configuration;
using Orleans.Storage;

namespace FlowRuns.Silo;

/// <summary>Everything in one process and one directory: SQLite for runs and for Orleans' state and reminders, one silo on loopback.</summary>
sealed class EmbeddedProfile : IDisposable
{
    readonly string _directory;
    readonly string _keyFile;
    readonly DirectoryLock _lock;

    EmbeddedProfile(string directory, string keyFile)
    {
        _directory = directory;
        _keyFile = keyFile;
        _lock = DirectoryLock.Take(directory);
    }

    public static EmbeddedProfile Open(IConfiguration configuration)
    {
        var directory = Path.GetFullPath(configuration["FlowRuns:DataDirectory"] ?? "data");
        return new EmbeddedProfile(directory, configuration["FlowRuns:EncryptionKeyFile"] ?? Path.Combine(directory, "encryption.key"));
    }

    public void AddTo(WebApplicationBuilder builder)
    {
        var secrets = SecretBox.Open(_keyFile);
        builder.Services.AddSingleton(secrets);
        builder.Services.Configure<Gateway.GatewayOptions>(o => o.CursorKey = secrets.DeriveKey("cursor"));
        builder.Services.AddSqliteRunStore(_directory);
        builder.Services.AddFlowRunsGrains();
        builder.UseOrleans(silo =>
        {
            var endpoints = builder.Configuration.GetSection("Orleans:Endpoints");
            silo.UseLocalhostClustering(
                endpoints.GetValue("SiloPort", EndpointOptions.DEFAULT_SILO_PORT),
                endpoints.GetValue("GatewayPort", EndpointOptions.DEFAULT_GATEWAY_PORT),
                serviceId: "flowruns",
                clusterId: "flowruns");
            silo.AddAdoNetGrainStorageAsDefault(storage => storage.Configure<SqliteDataSource, OrleansGrainStorageSerializer>((o, source, serializer) =>
            {
                o.Invariant = SqliteDataSource.Invariant;
                o.DataSource = source;
                o.GrainStorageSerializer = serializer;
            }));
            silo.UseAdoNetReminderService(reminders => reminders.Configure<SqliteDataSource>((o, source) =>
            {
                o.Invariant = SqliteDataSource.Invariant;
                o.DataSource = source;
            }));
            silo.Services.AddSingleton<OrleansGrainStorageSerializer>();
            silo.AddFlowRunsGrains();
        });
        builder.Services.AddFlowRunsLoops();
    }

    /// <summary>Makes the schema; to be awaited before the host starts.</summary>
    public static Task PrepareAsync(IServiceProvider services) => services.GetRequiredService<IRunStore>().PrepareAsync(CancellationToken.None);

    public void Dispose() => _lock.Dispose();
}
