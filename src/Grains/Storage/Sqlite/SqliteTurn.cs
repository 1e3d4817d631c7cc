using Microsoft.Data.Sqlite;

namespace FlowRuns.Storage.Sqlite;

/// <summary>A connection that queues for the file's writing turn when it opens, and keeps it until it is closed.</summary>
/// <remarks>Reads queue as well, since nobody can tell what a connection will be used for; they wait for one commit at most.</remarks>
sealed class SqliteTurn(string connectionString, SemaphoreSlim turns) : SqliteConnection(connectionString)
{
    bool _hasTurn;

    public override void Open()
    {
        _hasTurn = turns.Wait(SqliteFile.Patience);
        OpenInTurn();
    }

    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        _hasTurn = await turns.WaitAsync(SqliteFile.Patience, cancellationToken).ConfigureAwait(false);

        // SQLite's calls block. The caller goes on where this ends: on the pool, not on a grain's scheduler.
        await Task.Run(OpenInTurn, cancellationToken).ConfigureAwait(false);
    }

    public override void Close()
    {
        base.Close();
        if (!_hasTurn)
            return;

        _hasTurn = false;
        turns.Release();
    }

    void OpenInTurn()
    {
        if (!_hasTurn)
            throw new StoreUnavailableException($"The database was busy for {SqliteFile.Patience.TotalSeconds:0} s.");

        base.Open();
        SqliteFile.SetUp(this);
    }
}
