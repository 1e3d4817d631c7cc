using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace FlowRuns.Storage.Sqlite;

static class SqliteErrors
{
    /// <summary>Whether the file, not what was written, is the trouble: the same may succeed later.</summary>
    public static bool IsUnavailable(SqliteException error) =>
        error.SqliteErrorCode is SQLITE_BUSY or SQLITE_LOCKED or SQLITE_NOMEM or SQLITE_READONLY or SQLITE_IOERR or SQLITE_FULL or SQLITE_CANTOPEN or SQLITE_PROTOCOL;
}
