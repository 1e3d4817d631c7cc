using System.Collections.Immutable;
using FlowRuns.Runs;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>Who executes the runs that are under way.</summary>
static class PostgresOwnership
{
    /// <remarks>Of two sweepers each passes over what the other holds.</remarks>
    public static async Task<ImmutableArray<OwnedRun>> TakeOverAsync(NpgsqlConnection connection, IReadOnlyCollection<string> liveOwners, string newOwner, int limit, CancellationToken cancellationToken) =>
    [
        .. (await connection.ListAsync(
            """
            with lost as materialized (
              select id from running_runs
              where owner <> $1 and owner <> all($2)
              limit $3
              for update skip locked)
            update running_runs set owner = $1, attempt = attempt + 1, interruptions = interruptions + (owner <> '')::integer
            from lost
            where running_runs.id = lost.id
            returning running_runs.id, flow_id, attempt
            """,
            row => row.GetOwnedRun(),
            [newOwner, liveOwners.ToArray(), limit],
            cancellationToken).ConfigureAwait(false)).OrderBy(owned => owned.Run),
    ];

    public static async Task<ImmutableArray<OwnedRun>> ListOwnedAsync(NpgsqlConnection connection, string owner, RunId before, CancellationToken cancellationToken) =>
    [
        .. await connection.ListAsync(
            "select id, flow_id, attempt from running_runs where owner = $1 and id < $2 order by id",
            row => row.GetOwnedRun(),
            [owner, before],
            cancellationToken).ConfigureAwait(false),
    ];
}
