using System.Text.Json;
using FlowRuns.Connections;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FlowRuns.Steps.Sql;

/// <summary>Runs one statement on a SQLite file, which is opened read-only unless the connection allows writes.</summary>
static class SqliteQuery
{
    const int OpcodesBetweenLooks = 1000;

    public static async Task<StepOutcome> RunAsync(SqlQuery query, Connection connection, CancellationToken cancellationToken)
    {
        try
        {
            // SQLite has no asynchronous calls, and a step must not hold up the grain that runs it.
            return await Task.Run(() => Run(query, connection, cancellationToken), cancellationToken);
        }
        catch (SqliteException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return SqliteFailure.Of(e);
        }
        catch (Exception e) when (e is FileNotFoundException or UnauthorizedAccessException)
        {
            return new StepOutcome.Failed(e.Message, Final: true);
        }
    }

    static StepOutcome Run(SqlQuery query, Connection connection, CancellationToken cancellationToken)
    {
        var missing = NumberedSql.Of(query.Text, [.. query.Parameters.Keys]).Missing;
        if (missing.Length > 0)
            return new StepOutcome.Failed($"The query has @{string.Join(", @", missing)}, of which 'parameters' knows nothing.", Final: true);

        using var file = SqliteFile.Open(connection);
        if (!HoldsOneStatement(file.Handle!, query.Text))
            return new StepOutcome.Failed("The query holds more than one statement. A step runs one statement: use a step for each.", Final: true);

        // sqlite3_interrupt would only reach a statement that runs already.
        raw.sqlite3_progress_handler(file.Handle, OpcodesBetweenLooks, _ => cancellationToken.IsCancellationRequested ? 1 : 0, null);
        using var transaction = query.AllowWrites ? file.BeginTransaction() : null;
        using var command = file.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = query.Text;
        foreach (var (name, value) in query.Parameters)
            command.Parameters.AddWithValue($"@{name}", ValueOf(value));

        cancellationToken.ThrowIfCancellationRequested();
        var outcome = Execute(command, query);
        cancellationToken.ThrowIfCancellationRequested();
        if (outcome is StepOutcome.Succeeded)
            transaction?.Commit();
        return outcome;
    }

    static StepOutcome Execute(SqliteCommand command, SqlQuery query)
    {
        SqliteDataReader reader;
        try
        {
            reader = command.ExecuteReader();
        }
        catch (InvalidOperationException)
        {
            return new StepOutcome.Failed("The query has a parameter that is not written @name, such as ?, $name or :name.", Final: true);
        }

        using (reader)
        {
            if (reader.FieldCount == 0)
                return SqlRows.Affected(reader.RecordsAffected);

            var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
            if (SqlRows.NameUsedTwice(columns) is { } twice)
                return new StepOutcome.Failed($"Two columns of the result are named '{twice}': give one of them another name with 'as'.", Final: true);

            using var rows = new SqlRows(query, columns);
            Read(reader, rows);
            return rows.ToOutcome();
        }
    }

    static void Read(SqliteDataReader reader, SqlRows rows)
    {
        var json = Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetDataTypeName(column).Equals("json", StringComparison.OrdinalIgnoreCase)).ToArray();
        while (!rows.Truncated && reader.Read())
        {
            if (rows.IsFull)
            {
                rows.Truncate();
                continue;
            }

            if (rows.CountsOnly)
            {
                rows.AddUnread();
                continue;
            }

            ReadRow(reader, json, rows);
        }
    }

    static void ReadRow(SqliteDataReader reader, bool[] json, SqlRows rows)
    {
        rows.Begin();
        for (var column = 0; column < json.Length; column++)
        {
            rows.Name(column);
            if (Length(reader.Handle!, column) > rows.Room)
            {
                rows.Truncate();
                return;
            }

            SqliteValue.Write(rows.Row, reader.GetValue(column), json[column]);
        }

        rows.End();
    }

    // Asked for its bytes, a number would become a text.
    static int Length(sqlite3_stmt row, int column) =>
        raw.sqlite3_column_type(row, column) is raw.SQLITE_TEXT or raw.SQLITE_BLOB ? raw.sqlite3_column_bytes(row, column) : 0;

    static bool HoldsOneStatement(sqlite3 file, string text)
    {
        // A text that is no SQL is reported when it is run.
        if (raw.sqlite3_prepare_v2(file, text, out var statement, out var rest) != raw.SQLITE_OK)
            return true;
        statement.Dispose();

        while (!string.IsNullOrWhiteSpace(rest))
        {
            var result = raw.sqlite3_prepare_v2(file, rest, out statement, out rest);
            var isEmpty = statement is null || statement.IsInvalid;
            statement?.Dispose();
            if (result != raw.SQLITE_OK || !isEmpty)
                return false;
        }

        return true;
    }

    static object ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => DBNull.Value,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => 1L,
        JsonValueKind.False => 0L,
        JsonValueKind.Number when value.TryGetInt64(out var integer) => integer,
        JsonValueKind.Number => value.GetDouble(),
        _ => value.GetRawText(),
    };
}
