using FlowRuns.Storage;
using FlowRuns.Storage.Sqlite;
using Orleans.Configuration;
using Orleans.Storage;

namespace FlowRuns.Silo;

/// <summary>Everything in one process and one directory: SQLite for runs and for Orleans' state and reminders, one silo on loopback.</summary>
sealed class EmbeddedProfile : Profile
{
    readonly string _directory;
    readonly DirectoryLock _lock;

    EmbeddedProfile(string directory, string keyFile)
    {
        _directory = directory;
        _lock = DirectoryLock.Take(directory);
        KeyFile = keyFile;
    }

    protected override string KeyFile { get; }

    public static EmbeddedProfile Open(IConfiguration configuration)
    {
        var directory = Path.GetFullPath(configuration["FlowRuns:DataDirectory"] ?? "data");
        return new EmbeddedProfile(directory, configuration[KeyFileSetting] ?? Path.Combine(directory, "encryption.key"));
    }

    public override void Dispose() => _lock.Dispose();

    protected override void AddStore(IServiceCollection services) => services.AddSqliteRunStore(_directory);

    protected override void AddStore(ISiloBuilder silo, IConfigurationSection settings)
    {
        silo.UseLocalhostClustering(
            settings.GetValue("Endpoints:SiloPort", EndpointOptions.DEFAULT_SILO_PORT),
            settings.GetValue("Endpoints:GatewayPort", EndpointOptions.DEFAULT_GATEWAY_PORT),
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
    }
}
