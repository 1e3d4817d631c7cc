using System.Globalization;
using FlowRuns.Runs;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>One part of the history per week, made ahead and dropped as a whole.</summary>
static class PostgresPartitions
{
    const int WeeksAhead = 2;
    const int Days = 7;
    const string Prefix = "runs_w";
    const string DateFormat = "yyyyMMdd";

    // Whoever waits for these locks, or has them while the rows of the default partition are looked at, holds up all writers behind it: it gives up soon, and the next round tries again.
    static readonly string[] Patience = ["set local lock_timeout = '500ms'", "set local statement_timeout = '1s'"];

    // 1970 began on a Thursday.
    static readonly DateTimeOffset FirstMonday = DateTimeOffset.UnixEpoch.AddDays(4);

    /// <summary>Makes the partitions of this week and the next ones; whether all are there. One that cannot be made now leaves its rows to the default partition.</summary>
    public static async Task<bool> MakeAheadAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isComplete = true;
        foreach (var week in Enumerable.Range(0, WeeksAhead + 1).Select(i => WeekOf(now).AddDays(i * Days)))
        {
            isComplete &= await TryAsync(
                connection,
                present => present.Contains(week)
                    ? []
                    :
                    [
                        // Made apart and attached, which does not lock the history, as making it in place would.
                        $"create table {Runs(week)} (like runs including all)",
                        $"create table {Data(week)} (like run_data including all)",
                        $"alter table runs attach partition {Runs(week)} {Bounds(week)}",
                        $"alter table run_data attach partition {Data(week)} {Bounds(week)}",
                    ],
                cancellationToken).ConfigureAwait(false);
        }

        return isComplete;
    }

    /// <summary>Drops the weeks that ended before the time, the oldest first, up to one that cannot be dropped now.</summary>
    public static async Task DropAsync(NpgsqlConnection connection, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var weeks = await ListAsync(connection, cancellationToken).ConfigureAwait(false);
        foreach (var week in weeks.TakeWhile(week => week.AddDays(Days) <= before))
        {
            var isDropped = await TryAsync(
                connection,
                present => !present.Contains(week)
                    ? []
                    :
                    [
                        $"alter table runs detach partition {Runs(week)}",
                        $"alter table run_data detach partition {Data(week)}",
                        $"drop table {Runs(week)}, {Data(week)}",
                    ],
                cancellationToken).ConfigureAwait(false);
            if (!isDropped)
                return;
        }
    }

    /// <summary>The first id that a run of the same week, or so many weeks before it, can have.</summary>
    public static RunId FirstOfWeek(RunId run, int weeksBefore = 0) => RunId.FirstAt(WeekOf(run.StartTime).AddDays(-Days * weeksBefore));

    /// <summary>What is true of all ids from the first to the last one. It is of constants, so the planner passes over all other weeks, where by parameters alone each of them is locked and opened.</summary>
    public static string Within(string column, RunId first, RunId last)
    {
        var week = WeekOf(last.StartTime);
        var from = $"{column} >= '{FirstOfWeek(first).Value}'";
        return week > DateTimeOffset.MaxValue.AddDays(-Days) ? from : $"{from} and {column} < '{RunId.FirstAt(week.AddDays(Days)).Value}'";
    }

    /// <summary>The same of the ids in a range. One that ends with a week leaves the next one alone.</summary>
    public static string Within(string column, RunIdRange range) => FirstOfWeek(range.End) == range.End
        ? $"{column} >= '{FirstOfWeek(range.First).Value}' and {column} < '{range.End.Value}'"
        : Within(column, range.First, range.End);

    static DateTimeOffset WeekOf(DateTimeOffset time) => FirstMonday.AddDays(Math.Floor((time - FirstMonday).TotalDays / Days) * Days);

    static async Task<IReadOnlyList<DateTimeOffset>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => await connection.ListAsync(
        "select relname::text from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'runs'::regclass and relname like $1 || '%' order by relname",
        row => DateTimeOffset.ParseExact(row.GetString(0)[Prefix.Length..], DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        [Prefix],
        cancellationToken).ConfigureAwait(false);

    /// <summary>Does, alone among all processes, what the weeks that there are call for. False when somebody uses the tables, or the default partition is too big to be looked at or holds rows of that week already.</summary>
    static async Task<bool> TryAsync(NpgsqlConnection connection, Func<IReadOnlyList<DateTimeOffset>, string[]> statements, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await connection.ExecuteAsync(PostgresSchema.Lock, [], cancellationToken).ConfigureAwait(false);
            await using var batch = connection.CreateBatch();
            foreach (var statement in Patience.Concat(statements(await ListAsync(connection, cancellationToken).ConfigureAwait(false))))
                batch.Add(statement);
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.CheckViolation)
        {
            return false;
        }
    }

    static string Runs(DateTimeOffset week) => Prefix + week.ToString(DateFormat, CultureInfo.InvariantCulture);

    static string Data(DateTimeOffset week) => "run_data_w" + week.ToString(DateFormat, CultureInfo.InvariantCulture);

    static string Bounds(DateTimeOffset week) => $"for values from ('{RunId.FirstAt(week).Value}') to ('{RunId.FirstAt(week.AddDays(Days)).Value}')";
}
