using Npgsql;

namespace FlowRuns.Steps.Sql;

/// <summary>What an error of PostgreSQL means for the step.</summary>
static class PostgresFailure
{
    public static StepOutcome Of(PostgresException error, NumberedSql sql)
    {
        var place = error.Position > 0 ? sql.PlaceOf(error.Position) : default;
        var message = $"{error.MessageText} (SQLSTATE {error.SqlState}{(place == default ? "" : $", line {place.Line}, column {place.Column}")})";
        if (error.Hint is { Length: > 0 } hint)
            message += $" {hint}";
        return new StepOutcome.Failed(message + WayOut(error, sql), Final: !IsTransient(error.SqlState));
    }

    /// <summary>The server could not be reached, or the session broke.</summary>
    public static StepOutcome Of(NpgsqlException error) =>
        new StepOutcome.Failed($"{error.Message.TrimEnd('.')}{(error.InnerException is { } cause && cause.Message != error.Message ? $": {cause.Message}" : "")}");

    static string WayOut(PostgresException error, NumberedSql sql) => error switch
    {
        { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => " Steps only read, unless the value of the connection has allowWrites: true.",
        { SqlState: PostgresErrorCodes.SyntaxError, Routine: "exec_parse_message" } => " A step runs one statement: use a step for each.",
        { SqlState: PostgresErrorCodes.SyntaxError or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction } when sql.Missing.Length > 0 =>
            $" The query has @{string.Join(", @", sql.Missing)}, of which 'parameters' knows nothing.",
        _ => "",
    };

    /// <summary>Connection (08), rollback (40), resources (53), operator intervention and timeout (57), system (58), internal (XX), a lock not to be had (55).</summary>
    static bool IsTransient(string state) => state[..2] is "08" or "40" or "53" or "57" or "58" or "XX" || state is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ObjectInUse;
}
