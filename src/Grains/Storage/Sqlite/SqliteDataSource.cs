using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FlowRuns.Storage.Sqlite;

/// <summary>The same file for Orleans' AdoNet providers, which open a connection for every statement.</summary>
sealed class SqliteDataSource(SqliteFile file) : DbDataSource
{
    public const string Invariant = "System.Data.SQLite";

    public override string ConnectionString { get; } = file.ConnectionString(pooling: true);

    protected override DbConnection CreateDbConnection() => new SqliteTurn(ConnectionString, file.Writing);

    protected override void Dispose(bool disposing)
    {
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
        base.Dispose(disposing);
    }
}
