using System.Data;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>Statements with <c>$1</c>, <c>$2</c>, ... and the values for them.</summary>
static class PostgresCommands
{
    public static NpgsqlBatch Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values) => batch.AddCommand(sql, [], values);

    /// <summary>A statement that writes rows, and the values that follow theirs.</summary>
    public static NpgsqlBatch Add<T>(this NpgsqlBatch batch, string sql, RowSet<T> rows, params ReadOnlySpan<object?> values) => batch.AddCommand(sql, rows.Parameters, values);

    static NpgsqlBatch AddCommand(this NpgsqlBatch batch, string sql, IEnumerable<NpgsqlParameter> first, ReadOnlySpan<object?> values)
    {
#pragma warning disable CA2100 // every caller passes its own constant text
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var parameter in first)
            command.Parameters.Add(parameter);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = Stored(value) });
        batch.BatchCommands.Add(command);
        return batch;
    }

    /// <summary>Returns how many rows were changed.</summary>
    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch().Add(sql, values);
        return await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public static async Task<List<T>> ListAsync<T>(this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, object?[] values, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch().Add(sql, values);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAllAsync(read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The rows of the result that the reader is at; goes on to the next one.</summary>
    public static async Task<List<T>> ReadAllAsync<T>(this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(read(reader));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        RunId id => id.Value,
        FlowId id => id.Value,
        ProjectId id => id.Value,
        Enum number => Convert.ToInt16(number),
        _ => value,
    };
}
