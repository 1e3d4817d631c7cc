using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace FlowRuns.Storage.Sqlite;

/// <summary>Long-lived sessions, handed out for one transaction each.</summary>
/// <param name="turns">How many may work at once: one turn for the file's writer.</param>
/// <param name="begin">The statement that opens the transaction.</param>
sealed class SqliteSessions(SqliteFile file, SemaphoreSlim turns, string begin) : IDisposable
{
    readonly ConcurrentBag<SqliteSession> _idle = [];

    public Task<T> RunAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) => RunOutsideTransactionAsync(
        session =>
        {
            session.Execute(begin);
            var result = work(session);
            session.Execute("commit");
            return result;
        },
        cancellationToken);

    public async Task<T> RunOutsideTransactionAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        if (!await turns.WaitAsync(SqliteFile.Patience, cancellationToken).ConfigureAwait(false))
            throw new StoreUnavailableException($"The database was busy for {SqliteFile.Patience.TotalSeconds:0} s.");

        // SQLite's calls block, and callers are grains, whose scheduler must not.
        return await Task.Run(
            () =>
            {
                try
                {
                    return Run(work);
                }
                finally
                {
                    turns.Release();
                }
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
            session.Dispose();
    }

    T Run<T>(Func<SqliteSession, T> work)
    {
        SqliteSession? session = null;
        try
        {
            if (!_idle.TryTake(out session))
                session = new SqliteSession(file.Open());
            var result = work(session);
            _idle.Add(session);
            return result;
        }
        catch (Exception error)
        {
            // Closing rolls back, and after an I/O error nothing of the connection can be trusted.
            session?.Dispose();
            if (error is SqliteException sqlite && SqliteErrors.IsUnavailable(sqlite))
                throw new StoreUnavailableException($"The database file cannot be used: {sqlite.Message}", sqlite);
            throw;
        }
    }
}
