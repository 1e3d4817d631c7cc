using System.Buffers;
using System.Data;
using FlowRuns.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using Npgsql.PostgresTypes;
using NpgsqlTypes;

namespace FlowRuns.Steps.Sql;

/// <summary>Runs one statement on PostgreSQL, in a transaction of its own that only reads unless the connection allows writes.</summary>
/// <remarks>What a read-only transaction still permits, such as ending sessions of the same role, is a matter of the role's privileges.</remarks>
sealed class PostgresQuery(PostgresPools pools, IOptions<StepsOptions> options)
{
    public async Task<StepOutcome> RunAsync(SqlQuery query, Connection connection, CancellationToken cancellationToken)
    {
        var sql = NumberedSql.Of(query.Text, [.. query.Parameters.Keys]);
        if (sql.HasNumbers)
            return new StepOutcome.Failed("The query has a parameter by number, such as $1: write @name, and its value below 'parameters'.", Final: true);

        try
        {
            // An empty array literal is also JSON, but of an object.
            var arrays = query.Parameters.Values.Where(PostgresParameter.IsFlat).ToList();
            var asJson = arrays.Exists(array => array.GetArrayLength() == 0);
            try
            {
                return await AttemptAsync(query, sql, connection, asJson, cancellationToken);
            }
            catch (PostgresException e) when (arrays.Count > 0 && e.SqlState == PostgresErrorCodes.InvalidTextRepresentation)
            {
                // Only the server knows whether an array is wanted there, or JSON. Nothing was done by the failed attempt.
                return await AttemptAsync(query, sql, connection, !asJson, cancellationToken);
            }
        }
        catch (PostgresException e)
        {
            return PostgresFailure.Of(e, sql);
        }
        catch (NpgsqlException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return PostgresFailure.Of(e);
        }
        catch (NotSupportedException)
        {
            return new StepOutcome.Failed("COPY is not for steps: select the rows, or insert them.", Final: true);
        }
        catch (ArgumentException)
        {
            return new StepOutcome.Failed($"The connection string of {connection} is not valid.", Final: true);
        }
    }

    async Task<StepOutcome> AttemptAsync(SqlQuery query, NumberedSql sql, Connection connection, bool arraysAsJson, CancellationToken cancellationToken)
    {
        await using var session = await pools.OpenAsync(connection, cancellationToken);
        await BeginAsync(session, query.AllowWrites, cancellationToken);

        await using var command = new NpgsqlCommand(sql.Text, session) { AllResultTypesAreUnknown = true, CommandTimeout = 0 };
        foreach (var name in sql.Names)
            command.Parameters.Add(PostgresParameter.Of(query.Parameters[name], arraysAsJson));
        // A numbered parameter, if an unused one, keeps Npgsql from splitting the text: the server then refuses a second statement.
        if (sql.Names.IsEmpty)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Integer, Value = 0 });

        var outcome = await ExecuteAsync(command, query, cancellationToken);
        if (query.AllowWrites && outcome is StepOutcome.Succeeded)
            await ExecuteAsync(session, "COMMIT", cancellationToken);
        return outcome;
    }

    // Once a statement ran, a transaction cannot be switched to writing any more: hence the SELECT.
    Task BeginAsync(NpgsqlConnection session, bool writes, CancellationToken cancellationToken) => ExecuteAsync(
        session,
        $"BEGIN {(writes ? "READ WRITE" : "READ ONLY")}; SET LOCAL statement_timeout = {(long)options.Value.SqlStatementTimeout.TotalMilliseconds}; SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; SELECT 1",
        cancellationToken);

    static async Task ExecuteAsync(NpgsqlConnection session, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, session) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static async Task<StepOutcome> ExecuteAsync(NpgsqlCommand command, SqlQuery query, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        if (reader.FieldCount == 0)
        {
            await reader.CloseAsync();
            return SqlRows.Affected(reader.RecordsAffected);
        }

        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        if (SqlRows.NameUsedTwice(columns) is { } twice)
        {
            await AbandonAsync(command, reader);
            return new StepOutcome.Failed($"Two columns of the result are named '{twice}': give one of them another name with 'as'.", Final: true);
        }

        using var rows = new SqlRows(query, columns);
        await ReadAsync(reader, rows, cancellationToken);
        if (rows.Truncated && !query.AllowWrites)
            await AbandonAsync(command, reader);
        else
            await reader.CloseAsync();
        return rows.ToOutcome();
    }

    static async Task ReadAsync(NpgsqlDataReader reader, SqlRows rows, CancellationToken cancellationToken)
    {
        var types = Enumerable.Range(0, reader.FieldCount).Select(reader.GetPostgresType).ToArray();
        while (!rows.Truncated && await reader.ReadAsync(cancellationToken))
        {
            if (rows.IsFull)
                rows.Truncate();
            else if (rows.CountsOnly)
                rows.AddUnread();
            else
                await ReadRowAsync(reader, types, rows, cancellationToken);
        }
    }

    static async Task ReadRowAsync(NpgsqlDataReader reader, PostgresType[] types, SqlRows rows, CancellationToken cancellationToken)
    {
        rows.Begin();
        for (var column = 0; column < types.Length; column++)
        {
            rows.Name(column);
            if (await reader.IsDBNullAsync(column, cancellationToken))
            {
                rows.Row.WriteNullValue();
                continue;
            }

            await using var stream = await reader.GetStreamAsync(column, cancellationToken);
            // Hexadecimal text of bytes is longer than what becomes of it.
            if (stream.Length > 2 * rows.Room)
            {
                rows.Truncate();
                return;
            }

            var text = ArrayPool<byte>.Shared.Rent((int)stream.Length);
            await stream.ReadExactlyAsync(text.AsMemory(0, (int)stream.Length), cancellationToken);
            PostgresValue.Write(rows.Row, types[column], text.AsSpan(0, (int)stream.Length));
            ArrayPool<byte>.Shared.Return(text);
        }

        rows.End();
    }

    /// <summary>Ends a statement whose rows are no longer wanted. Closing alone would read all of them.</summary>
    static async Task AbandonAsync(NpgsqlCommand command, NpgsqlDataReader reader)
    {
        command.Cancel();
        try
        {
            await reader.CloseAsync();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
        }
    }
}
