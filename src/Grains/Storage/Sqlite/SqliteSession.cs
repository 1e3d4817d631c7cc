using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using Microsoft.Data.Sqlite;

namespace FlowRuns.Storage.Sqlite;

/// <summary>One open connection and its prepared statements, for one thread at a time.</summary>
sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    readonly Dictionary<string, SqliteCommand> _prepared = [];

    /// <summary>Returns how many rows were changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => Prepare(sql, parameters).ExecuteNonQuery();

    public List<T> List<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first row, or default when there is none.</summary>
    public T? Find<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        connection.Dispose();
    }

    SqliteCommand Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // every caller passes its own constant text
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, _) in parameters)
                command.Parameters.Add(new SqliteParameter(name, null));
            _prepared.Add(sql, command);
        }

        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = Stored(parameters[i].Value);
        return command;
    }

    static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        RunId id => id.Value.ToByteArray(bigEndian: true),
        FlowId id => id.Value.ToByteArray(bigEndian: true),
        ProjectId id => id.Value.ToByteArray(bigEndian: true),
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        JsonData json => json.Utf8.ToArray(),
        Enum number => Convert.ToInt32(number),
        string text => StoredText.Of(text)!,
        _ => value,
    };
}
