using FlowRuns.Grains.Tests;
using FlowRuns.Load.Measures;
using Npgsql;

namespace FlowRuns.Failover.Tests.Schedules.Scale;

/// <summary>What a database and the silo on it have used up to a moment, or between two.</summary>
readonly record struct Usage(TimeSpan Time, long Transactions, TimeSpan DatabaseCpu, TimeSpan SiloCpu)
{
    /// <param name="database">Not the one of the server's own connection string, where the question would count.</param>
    public static async Task<Usage> ReadAsync(PrivatePostgres server, string database, int silo)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand("select xact_commit + xact_rollback from pg_stat_database where datname = $1");
        command.Parameters.Add(new() { Value = database });
        var transactions = (long)(await command.ExecuteScalarAsync())!;
        return new Usage(TimeSpan.FromMilliseconds(Environment.TickCount64), transactions, ProcessTree.CpuTime(server.ProcessId), ProcessTree.CpuTime(silo));
    }

    public static Usage operator -(Usage later, Usage earlier) => new(
        later.Time - earlier.Time, later.Transactions - earlier.Transactions, later.DatabaseCpu - earlier.DatabaseCpu, later.SiloCpu - earlier.SiloCpu);

    /// <summary>Transactions a second, and how much of a core the database and the silo took.</summary>
    public string Rates => $"{Transactions / Time.TotalSeconds:0.0}/s, {DatabaseCpu / Time:0.0 %} + {SiloCpu / Time:0.0 %}";

    public string Totals => $"{Transactions}, {DatabaseCpu.TotalSeconds:0.0} s + {SiloCpu.TotalSeconds:0.0} s";
}
