using System.Data.Common;

namespace FlowRuns.Gateway.Host;

/// <summary>The connection string of the database that silos and gateways share.</summary>
public static class DatabaseSetting
{
    public const string Name = "ConnectionStrings:FlowRuns";

    // Quotes nothing of the setting: any part may be one of a password.
    public static StartupException Unreadable() =>
        new($"{Name} must be an Npgsql connection string such as Host=db.example;Username=flowruns;Password=...;Database=flowruns, with keywords and values that Npgsql knows; a URL is none.");

    /// <summary>Refuses what is no connection string at all, such as a URL. Whether Npgsql knows its keywords is seen at the first connection.</summary>
    public static void Check(string connectionString)
    {
        try
        {
            var settings = new DbConnectionStringBuilder { ConnectionString = connectionString };
            if (!settings.ContainsKey("Host") && !settings.ContainsKey("Server"))
                throw Unreadable();
        }
        catch (ArgumentException)
        {
            throw Unreadable();
        }
    }
}
