using System.Net;
using System.Net.Sockets;
using FlowRuns.Gateway.Host;
using FlowRuns.Storage;
using FlowRuns.Storage.Postgres;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;

namespace FlowRuns.Silo;

/// <summary>Any number of processes on one PostgreSQL, which holds runs, Orleans' state and reminders, and the membership by which the processes find each other.</summary>
sealed class ClusterProfile(string connectionString, string keyFile) : Profile
{
    const string Invariant = "Npgsql";

    // Apart from the runs' connections, so that load never delays the heartbeats by which others take a process for dead.
    readonly NpgsqlDataSource _membership = PostgresDatabase.Open($"{connectionString};Maximum Pool Size=4", "flowruns-membership");

    protected override string KeyFile => keyFile;

    public static ClusterProfile Open(string connectionString, IConfiguration configuration, IHostEnvironment environment)
    {
        var keyFile = configuration[KeyFileSetting];
        if (environment.IsDevelopment())
            keyFile ??= Path.Combine(Path.GetFullPath(configuration["FlowRuns:DataDirectory"] ?? "data"), "encryption.key");
        else if (keyFile is null || !File.Exists(keyFile))
            throw new StartupException($"with PostgreSQL, {KeyFileSetting} must name the key file that all processes of the cluster share{(keyFile is null ? "" : $"; {keyFile} is not there")}.");

        try
        {
            _ = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException)
        {
            throw DatabaseSetting.Unreadable();
        }

        return new ClusterProfile(connectionString, keyFile);
    }

    public override Task PrepareAsync(IServiceProvider services)
    {
        var self = services.GetRequiredService<ILocalSiloDetails>();
        RequireFree("Orleans:Endpoints:SiloPort", self.SiloAddress.Endpoint);
        if (self.GatewayAddress is { } clients)
            RequireFree("Orleans:Endpoints:GatewayPort", clients.Endpoint);
        return base.PrepareAsync(services);
    }

    public override void Dispose() => _membership.Dispose();

    protected override void AddStore(IServiceCollection services) => services.AddPostgresRunStore(connectionString);

    protected override void AddStore(ISiloBuilder silo, IConfigurationSection settings)
    {
        silo.Configure<ClusterOptions>(settings.ReadNames);
        silo.Configure<EndpointOptions>(o =>
        {
            o.AdvertisedIPAddress = settings.GetValue("Endpoints:AdvertisedIPAddress", "127.0.0.1") is var given && IPAddress.TryParse(given, out var address)
                ? address
                : throw new StartupException($"Orleans:Endpoints:AdvertisedIPAddress must be an IP address that the other processes reach, not '{given}'.");
            o.SiloPort = settings.GetValue("Endpoints:SiloPort", EndpointOptions.DEFAULT_SILO_PORT);
            o.GatewayPort = settings.GetValue("Endpoints:GatewayPort", EndpointOptions.DEFAULT_GATEWAY_PORT);
        });
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            // A killed process is noticed after about two seconds instead of twelve, and its runs go on elsewhere.
            o.ProbeTimeout = TimeSpan.FromSeconds(1);

            // One that falls silent, suspended or cut off, counts as alive for three times this after its last message, however many probes it misses.
            o.MaxProbeTimeout = TimeSpan.FromSeconds(1.5);

            // One that was suspended or cut off until it counted as dead learns that from this table alone, and works on in vain until it has read it.
            o.TableRefreshTimeout = TimeSpan.FromSeconds(5);

            // After a crash of all processes the first new one waits for the old ones, until these have missed three of these signs of life.
            o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
        });
        silo.UseAdoNetClustering(membership =>
        {
            membership.Invariant = Invariant;
            membership.DataSource = _membership;
        });
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, IncarnationCleanup>();
        silo.AddAdoNetGrainStorageAsDefault(storage => storage.Configure<NpgsqlDataSource, OrleansGrainStorageSerializer>((o, source, serializer) =>
        {
            o.Invariant = Invariant;
            o.DataSource = source;
            o.GrainStorageSerializer = serializer;
        }));
        silo.UseAdoNetReminderService(reminders => reminders.Configure<NpgsqlDataSource>((o, source) =>
        {
            o.Invariant = Invariant;
            o.DataSource = source;
        }));
    }

    // Orleans would share the port with a silo that listens there, and take its place in the cluster.
    static void RequireFree(string setting, IPEndPoint endpoint)
    {
        using var listener = new TcpListener(endpoint);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new StartupException($"{setting}: nothing can listen at {endpoint}: {e.Message}. Another silo on this machine needs other ports.");
        }
    }
}
