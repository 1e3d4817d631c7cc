using System.Data.Common;
using FlowRuns.Errors;
using FlowRuns.Storage.Postgres;
using FlowRuns.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Npgsql;
using Orleans.Storage;

namespace FlowRuns.Storage;

/// <summary>Turns every failure of a database behind a grain call into a refusal that callers know: unavailable, try again; or, when trying again would not help, invalid.</summary>
sealed class StoreFailures : IIncomingGrainCallFilter
{
    public static bool IsUnavailable(Exception error) => error is StoreUnavailableException or InconsistentStateException or TimeoutException || (error is DbException && !IsForGood(error));

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.TargetContext.GetComponent<Unloaded>() is not null)
            throw Unavailable();

        try
        {
            await context.Invoke();
        }
        catch (Exception e) when (IsForGood(e))
        {
            throw new RequestRefusedException(RefusalReason.Invalid, $"The database does not take this: {e.Message}");
        }
        catch (Exception e) when (e is not TimeoutException && IsUnavailable(e))
        {
            throw Unavailable();
        }
    }

    /// <summary>Whether the database refuses what was asked, not the moment.</summary>
    static bool IsForGood(Exception error) => error switch
    {
        PostgresException postgres => !PostgresErrors.IsUnavailable(postgres),
        SqliteException sqlite => !SqliteErrors.IsUnavailable(sqlite),
        _ => false,
    };

    static RequestRefusedException Unavailable() => new(RefusalReason.Unavailable, "The database does not answer at the moment; try again.");
}
