using Microsoft.Data.Sqlite;

namespace FlowRuns.Storage.Sqlite;

/// <summary>The one database file of the embedded profile, how it is opened, and whose turn it is to write.</summary>
sealed class SqliteFile : IDisposable
{
    /// <summary>How long anyone waits for a turn, or for another process's lock.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly SqliteConnectionStringBuilder _settings;

    public SqliteFile(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        _settings = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(dataDirectory, "flowruns.db"),
            ForeignKeys = false,
            Pooling = false,
            // After SQLite's own waiting the client would poll every 150 ms for this many seconds more; one is the shortest.
            DefaultTimeout = 1,
        };
    }

    /// <summary>SQLite's lock is not fair: who polls for it starves beside a busy writer. This queue is.</summary>
    public SemaphoreSlim Writing { get; } = new(1, 1);

    public string ConnectionString(bool pooling) => new SqliteConnectionStringBuilder(_settings.ConnectionString) { Pooling = pooling }.ConnectionString;

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString(pooling: false));
        try
        {
            connection.Open();
            SetUp(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Settings that SQLite keeps per connection.</summary>
    public static void SetUp(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma busy_timeout = 2000; pragma synchronous = full; pragma temp_store = memory";
        command.ExecuteNonQuery();
    }

    public void Dispose() => Writing.Dispose();
}
