namespace FlowRuns.Storage.Sqlite;

/// <summary>Makes and upgrades the tables. Each script commits together with its version row.</summary>
static class SqliteSchema
{
    static readonly IReadOnlyList<SchemaScript> Scripts = SchemaScript.Of("Sqlite");

    public static async Task PrepareAsync(SqliteFile file, SqliteSessions writer, CancellationToken cancellationToken)
    {
        // A property of the file that stays, settable outside a transaction only: readers and the writer then do not wait for each other.
        await writer.RunOutsideTransactionAsync(session => session.Execute("pragma journal_mode = wal"), cancellationToken).ConfigureAwait(false);

        while (await writer.RunAsync(Upgrade, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    /// <summary>Runs the next missing script; false when none was missing.</summary>
    static bool Upgrade(SqliteSession session)
    {
        session.Execute("create table if not exists schema_version (version integer not null primary key, name text not null) strict");
        var version = session.Find("select coalesce(max(version), 0) from schema_version", row => row.GetInt32(0));
        if (version > Scripts[^1].Version)
            throw new InvalidOperationException($"The database's schema has version {version}, this program knows {Scripts[^1].Version}: run the program that made it, or a newer one.");

        if (Scripts.FirstOrDefault(script => script.Version > version) is not { } next)
            return false;

        session.Execute(next.Sql);
        session.Execute("insert into schema_version (version, name) values (@version, @name)", ("@version", next.Version), ("@name", next.Name));
        return true;
    }
}
