using FlowRuns.Connections;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FlowRuns.Steps.Sql;

/// <summary>The file of a sqlite connection, opened so that a statement can reach nothing else.</summary>
static class SqliteFile
{
    const int LongestValue = 64 * 1024 * 1024;

    /// <exception cref="FileNotFoundException">There is no such file; it is never made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is the engine's own database.</exception>
    public static SqliteConnection Open(Connection connection)
    {
        // A full path is never taken for a URI or for one of SQLite's special names.
        var path = Path.GetFullPath(connection.Find("path") ?? "");
        if (!File.Exists(path))
            throw new FileNotFoundException($"The SQLite file {path} does not exist. Steps do not make it; a relative path is relative to the engine's working directory.");

        var file = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            DefaultTimeout = 5,
            Mode = connection.AllowsWrites ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ConnectionString);
        try
        {
            file.Open();
            raw.sqlite3_limit(file.Handle, raw.SQLITE_LIMIT_ATTACHED, 0);
            raw.sqlite3_limit(file.Handle, raw.SQLITE_LIMIT_LENGTH, LongestValue);
            if (!connection.AllowsWrites)
                Execute(file, "PRAGMA query_only = ON");
            if (Execute(file, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND lower(name) IN ('run_checkpoints', 'orleansstorage')") is > 0L)
                throw new UnauthorizedAccessException($"The SQLite file {path} is a database of the engine itself, which is not open to steps.");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static object? Execute(SqliteConnection file, string text)
    {
        using var command = file.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar();
    }
}
