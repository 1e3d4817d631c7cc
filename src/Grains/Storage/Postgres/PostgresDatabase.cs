using System.Diagnostics;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>One pool of connections, and how work on it fails.</summary>
sealed class PostgresDatabase(NpgsqlDataSource source)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(1.7);

    /// <summary>Does the work, again while others were in its way; it must decide everything anew each time.</summary>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                var result = await work(connection).ConfigureAwait(false);
                SpareThreads.Remove();
                return result;
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

    public Task RunAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await work(connection).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>The same for a caller who must hear within two seconds that there is no answer. Npgsql alone takes longer: each statement has a timeout of its own, and so has giving one up.</summary>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(work, cancellationToken).WaitAsync(ReadPatience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException timeout)
        {
            SpareThreads.Add();
            throw new StoreUnavailableException($"PostgreSQL did not answer within {ReadPatience.TotalSeconds} s.", timeout);
        }
    }

    /// <summary>Settings that the operator's connection string may overrule.</summary>
    public static NpgsqlDataSource Open(string connectionString, string name)
    {
        // A pool that is away must be noticed within two seconds, and the statements are few and always the same.
        // Nothing of a session outlives its transaction, so there is nothing to reset, which would cost a transaction for each use.
        var settings = new NpgsqlConnectionStringBuilder(
            $"Application Name={name};Timeout=2;Command Timeout=2;Cancellation Timeout=500;Maximum Pool Size=28;Max Auto Prepare=100;Auto Prepare Min Usages=2;No Reset On Close=true;Keepalive=30;{connectionString}");
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };

        // What belongs to no request and no run, such as the sweep and the probes, would be a trace of its own every second.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(static _ => Activity.Current is not null)
            .ConfigureBatchFilter(static _ => Activity.Current is not null)
            .EnablePhysicalOpenTracing(enable: false));

        // One plan per statement, whatever values it sees first: by default some are planned anew each time, which costs more than they do. And a page is read in
        // the order of an index: the planner takes flows for small where it does not look at the values, and would read all of a big one to sort it.
        // Where nothing but a sort will do, its price would then have the plan compiled.
        builder.UsePhysicalConnectionInitializer(
            connection => Plan(connection).ExecuteNonQuery(),
            async connection => await Plan(connection).ExecuteNonQueryAsync().ConfigureAwait(false));
        return builder.Build();

        static NpgsqlBatch Plan(NpgsqlConnection connection) => connection.CreateBatch().Add("set plan_cache_mode = force_generic_plan").Add("set enable_sort = off").Add("set jit = off");
    }
}
