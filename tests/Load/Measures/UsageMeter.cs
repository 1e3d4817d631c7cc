using FlowRuns.Grains.Tests;
using FlowRuns.Load.Servers;
using Npgsql;

namespace FlowRuns.Load.Measures;

/// <summary>Asks the kernel about the processes and PostgreSQL about itself, from outside the product's database, where the question would count as a transaction.</summary>
/// <param name="database">The product's; null for the embedded profile.</param>
sealed class UsageMeter(Product product, PrivatePostgres postgres, string? database) : IAsyncDisposable
{
    readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(postgres.ConnectionString);

    public async Task<Usage> ReadAsync()
    {
        var (transactions, logBytes) = database is null ? (0, 0) : await ReadDatabaseAsync(database);
        return new Usage
        {
            At = TimeProvider.System.GetUtcNow(),
            ProductCpu = product.ProcessIds.Aggregate(TimeSpan.Zero, (sum, silo) => sum + ProcessTree.CpuTime(silo)),
            DatabaseCpu = database is null ? TimeSpan.Zero : ProcessTree.CpuTime(postgres.ProcessId),
            DriverCpu = Environment.CpuUsage.TotalTime,
            Transactions = transactions,
            LogBytes = logBytes,
        };
    }

    /// <summary>Tables and indexes with all that hangs on them, or the file.</summary>
    public async Task<long> ReadStoredBytesAsync()
    {
        if (database is null)
            return new FileInfo(Path.Combine(product.DataDirectory, "flowruns.db")).Length;

        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = database });
        await using var command = source.CreateCommand("select sum(pg_total_relation_size(oid))::bigint from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    async Task<(long Transactions, long LogBytes)> ReadDatabaseAsync(string name)
    {
        await using var command = _source.CreateCommand("select xact_commit + xact_rollback, (pg_current_wal_lsn() - '0/0')::bigint from pg_stat_database where datname = $1");
        command.Parameters.Add(new() { Value = name });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
