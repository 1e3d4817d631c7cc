using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Runs;

namespace FlowRuns.Storage.Sqlite;

/// <summary>Who executes the runs that are under way.</summary>
static class SqliteOwnership
{
    /// <remarks>One statement: of two sweepers the second finds the owner changed already.</remarks>
    public static ImmutableArray<OwnedRun> TakeOver(SqliteSession session, IReadOnlyCollection<string> liveOwners, string newOwner, int limit) =>
    [
        .. session.List(
            """
            update runs set owner = @newOwner, attempt = attempt + 1, interruptions = interruptions + (owner <> '')
            where id in (
              select id from runs
              where status = 0 and owner <> @newOwner and owner not in (select value from json_each(@live))
              limit @limit)
            returning id, flow_id, attempt
            """,
            row => row.GetOwnedRun(),
            ("@newOwner", newOwner),
            ("@live", JsonSerializer.Serialize(liveOwners, SqliteJsonContext.Default.IReadOnlyCollectionString)),
            ("@limit", limit)).OrderBy(owned => owned.Run),
    ];

    public static ImmutableArray<OwnedRun> ListOwned(SqliteSession session, string owner, RunId before) =>
    [
        .. session.List(
            "select id, flow_id, attempt from runs where status = 0 and owner = @owner and id < @before order by id",
            row => row.GetOwnedRun(),
            ("@owner", owner),
            ("@before", before)),
    ];
}
