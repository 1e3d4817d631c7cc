using System.Diagnostics;
using FlowRuns.Failover.Tests.Silo;
using Npgsql;

namespace FlowRuns.Load.Results;

static class Versions
{
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(string postgres)
    {
        await using var source = NpgsqlDataSource.Create(postgres);
        await using var connection = await source.OpenConnectionAsync();
        return new Dictionary<string, string>
        {
            ["FlowRuns"] = Of("FlowRuns.Silo.dll"),
            [".NET"] = $"{Environment.Version}",
            ["Orleans"] = Of("Orleans.Runtime.dll"),
            ["Npgsql"] = Of("Npgsql.dll"),
            ["PostgreSQL"] = connection.PostgreSqlVersion.ToString(),
        };
    }

    /// <summary>Of the product's files, not of the driver's own.</summary>
    static string Of(string file) => FileVersionInfo.GetVersionInfo(Path.Combine(Path.GetDirectoryName(Repository.Silo)!, file)).ProductVersion ?? "unknown";
}
