using Npgsql;

namespace FlowRuns.Storage.Postgres;

static class PostgresErrors
{
    // Raised by expect_member.
    const string NoMember = "ZM001";

    /// <summary>Whether others were in the way: the same, decided anew, succeeds.</summary>
    public static bool IsConflict(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation;

    /// <summary>Whether the server, not what was asked, is the trouble: the same may succeed later.</summary>
    public static bool IsUnavailable(NpgsqlException error) => error is not PostgresException { SqlState: var state }
        || state[..2] is "08" or "28" or "3D" or "40" or "53" or "55" or "57" or "58" or "F0"
        || state is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.UniqueViolation or NoMember;
}
