using System.Globalization;
using FlowRuns.Runs;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>One part of the history per week, made ahead and dropped as a whole.</summary>
static class PostgresPartitions
{
    const int WeeksAhead = 4;
    const int Days = 7;
    const string Prefix = "runs_w";
    const string DateFormat = "yyyyMMdd";

    // Whoever waits for these locks holds up all writers behind it: it gives up soon, and the next round tries again.
    const string Patience = "set local lock_timeout = '500ms'";

    // 1970 began on a Thursday.
    static readonly DateTimeOffset FirstMonday = DateTimeOffset.UnixEpoch.AddDays(4);

    /// <summary>Makes the partitions of this week and the next ones. One that cannot be made now leaves its rows to the default partition.</summary>
    public static async Task MakeAheadAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var present = await ListAsync(connection, cancellationToken).ConfigureAwait(false);
        var thisWeek = FirstMonday.AddDays(Math.Floor((now - FirstMonday).TotalDays / Days) * Days);
        foreach (var week in Enumerable.Range(0, WeeksAhead + 1).Select(i => thisWeek.AddDays(i * Days)).Except(present))
        {
            await TryAsync(
                connection,
                [
                    $"create table if not exists {Runs(week)} (like runs including all)",
                    $"create table if not exists {Data(week)} (like run_data including all)",
                    $"alter table runs attach partition {Runs(week)} {Bounds(week)}",
                    $"alter table run_data attach partition {Data(week)} {Bounds(week)}",
                ],
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Drops the weeks that ended before the time; returns the first id that may still be there in a week.</summary>
    public static async Task<RunId> DropAsync(NpgsqlConnection connection, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var weeks = await ListAsync(connection, cancellationToken).ConfigureAwait(false);
        foreach (var week in weeks.TakeWhile(week => week.AddDays(Days) <= before))
        {
            var isDropped = await TryAsync(
                connection,
                [
                    $"alter table runs detach partition {Runs(week)}",
                    $"alter table run_data detach partition {Data(week)}",
                    $"drop table {Runs(week)}, {Data(week)}",
                ],
                cancellationToken).ConfigureAwait(false);
            if (!isDropped)
                return RunId.FirstAt(week);
        }

        return RunIdRange.FirstFrom(before);
    }

    static async Task<IReadOnlyList<DateTimeOffset>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => await connection.ListAsync(
        "select relname::text from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'runs'::regclass and relname like $1 || '%' order by relname",
        row => DateTimeOffset.ParseExact(row.GetString(0)[Prefix.Length..], DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        [Prefix],
        cancellationToken).ConfigureAwait(false);

    /// <summary>False when somebody uses the tables, another process was first, or the default partition holds rows of that week already.</summary>
    static async Task<bool> TryAsync(NpgsqlConnection connection, string[] statements, CancellationToken cancellationToken)
    {
        try
        {
            await using var batch = connection.CreateBatch().Add(PostgresSchema.Lock).Add(Patience);
            foreach (var statement in statements)
                batch.Add(statement);
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.CheckViolation or PostgresErrorCodes.WrongObjectType or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidObjectDefinition)
        {
            return false;
        }
    }

    static string Runs(DateTimeOffset week) => Prefix + week.ToString(DateFormat, CultureInfo.InvariantCulture);

    static string Data(DateTimeOffset week) => "run_data_w" + week.ToString(DateFormat, CultureInfo.InvariantCulture);

    static string Bounds(DateTimeOffset week) => $"for values from ('{RunId.FirstAt(week).Value}') to ('{RunId.FirstAt(week.AddDays(Days)).Value}')";
}
