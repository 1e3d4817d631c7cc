using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>Makes and upgrades the tables. Each script commits together with its version row; processes that start at once queue for a lock.</summary>
static class PostgresSchema
{
    /// <summary>The advisory lock of whoever changes tables; any number that nobody else uses.</summary>
    public const string Lock = "select pg_advisory_xact_lock(7363428113264)";

    static readonly IReadOnlyList<SchemaScript> Scripts = SchemaScript.Of("Postgres");

    public static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (await UpgradeAsync(connection, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    /// <summary>Runs the next missing script; false when none was missing.</summary>
    static async Task<bool> UpgradeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, Lock, cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, "create table if not exists schema_version (version integer not null primary key, name text not null)", cancellationToken).ConfigureAwait(false);
        var version = (await connection.ListAsync("select coalesce(max(version), 0) from schema_version", row => row.GetInt32(0), [], cancellationToken).ConfigureAwait(false))[0];
        if (version > Scripts[^1].Version)
            throw new InvalidOperationException($"The database's schema has version {version}, this program knows {Scripts[^1].Version}: run the program that made it, or a newer one.");

        if (Scripts.FirstOrDefault(script => script.Version > version) is not { } next)
            return false;

        await RunAsync(connection, next.Sql, cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync("insert into schema_version (version, name) values ($1, $2)", [next.Version, next.Name], cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // our own scripts
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
