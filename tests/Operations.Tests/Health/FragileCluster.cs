using FlowRuns.Failover.Tests.Silo;
using FlowRuns.Grains.Tests;

namespace FlowRuns.Operations.Tests.Health;

/// <summary>Processes on a database of their own, which a test can take away from them.</summary>
sealed class FragileCluster : IAsyncDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("flowruns-fragile-").FullName;

    FragileCluster(DatabaseLink database) => Database = database;

    public DatabaseLink Database { get; }

    public static async Task<FragileCluster> CreateAsync(PostgresServer server)
    {
        var cluster = new FragileCluster(new DatabaseLink(await server.NewDatabaseAsync()));
        await File.WriteAllTextAsync(cluster.KeyFile, "k1:ZGV2LW9ubHktZGV2LW9ubHktZGV2LW9ubHktZGV2ISE=");
        return cluster;
    }

    /// <summary>Of one more process.</summary>
    public SiloSettings Settings(params (string Key, string Value)[] more) => new()
    {
        DataDirectory = _directory,
        Egress = "127.0.0.1/32",
        More = new Dictionary<string, string>(more.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
        {
            ["ConnectionStrings__FlowRuns"] = Database.ConnectionString,
            ["FlowRuns__EncryptionKeyFile"] = KeyFile,
        },
    };

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    string KeyFile => Path.Combine(_directory, "encryption.key");
}
