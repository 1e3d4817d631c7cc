using System.Diagnostics;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>One pool of connections, and how work on it fails.</summary>
sealed class PostgresDatabase(NpgsqlDataSource source)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Does the work, again while others were in its way; it must decide everything anew each time.</summary>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                return await work(connection).ConfigureAwait(false);
            }
            catch (PostgresException conflict) when (PostgresErrors.IsConflict(conflict) && Stopwatch.GetElapsedTime(started) < Patience)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (NpgsqlException error) when (PostgresErrors.IsUnavailable(error))
            {
                throw new StoreUnavailableException($"PostgreSQL cannot be used: {error.Message}", error);
            }
        }
    }

    /// <summary>Settings that the operator's connection string may overrule.</summary>
    public static NpgsqlDataSource Open(string connectionString, string name)
    {
        // A pool that is away must be noticed within two seconds, and the statements are few and always the same.
        var settings = new NpgsqlConnectionStringBuilder(
            $"Application Name={name};Timeout=2;Command Timeout=2;Cancellation Timeout=500;Maximum Pool Size=30;Max Auto Prepare=100;Auto Prepare Min Usages=2;Keepalive=30;{connectionString}");
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };

        // What belongs to no request and no run, such as the sweep and the probes, would be a trace of its own every second.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(static _ => Activity.Current is not null)
            .ConfigureBatchFilter(static _ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(enable: false));
        return builder.Build();
    }
}
