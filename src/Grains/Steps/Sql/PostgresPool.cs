using FlowRuns.Connections;
using Npgsql;

namespace FlowRuns.Steps.Sql;

/// <summary>The pool of one connection, and what <see cref="PostgresPools"/> has to know of it.</summary>
sealed record PostgresPool(string ConnectionString, NpgsqlDataSource Source)
{
    /// <summary>How many are about to get a session.</summary>
    public int Opening { get; set; }

    public long LastUse { get; set; }

    public bool Retired { get; set; }

    public static NpgsqlDataSource Build(Connection connection, string connectionString, int size)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Enlist = false,
            MaxPoolSize = size,
            MinPoolSize = 0,
            Multiplexing = false,
            // Whatever a statement leaves in its session must not meet the next one.
            NoResetOnClose = false,
            PersistSecurityInfo = false,
            Pooling = true,
        };
        parts.ApplicationName ??= "FlowRuns";

        var password = parts.Password ?? "";
        parts.Password = null;
        var builder = new NpgsqlDataSourceBuilder(parts.ConnectionString) { Name = connection.Id.ToString() };
        // Without a provider Npgsql would offer the engine's own PGPASSWORD or password file to a server that someone else named.
        builder.UsePasswordProvider(_ => password, (_, _) => ValueTask.FromResult(password));
        // A statement of a user's may hold anything; the step's own span says that it ran.
        builder.ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(static _ => false)
            .ConfigureBatchFilter(static _ => false)
            .EnablePhysicalOpenTracing(enable: false));
        return builder.Build();
    }
}
