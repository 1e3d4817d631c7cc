using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FlowRuns.Steps.Sql;

/// <summary>What an error of SQLite means for the step.</summary>
static class SqliteFailure
{
    public static StepOutcome Of(SqliteException error)
    {
        var wayOut = error.SqliteErrorCode switch
        {
            raw.SQLITE_READONLY => " Steps only read, unless the value of the connection has allowWrites: true.",
            raw.SQLITE_ERROR when error.Message.Contains("too many attached databases") => " A step reaches the file of its connection and no other.",
            _ => "",
        };
        return new StepOutcome.Failed(error.Message + wayOut, Final: !IsTransient(error.SqliteErrorCode));
    }

    static bool IsTransient(int code) =>
        code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_INTERRUPT or raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN or raw.SQLITE_PROTOCOL;
}
