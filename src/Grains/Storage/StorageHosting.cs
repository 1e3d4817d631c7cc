using FlowRuns.Storage.Postgres;
using FlowRuns.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime;

namespace FlowRuns.Storage;

static class StorageHosting
{
    /// <summary>The run store in a file of the directory, and the data source that Orleans' AdoNet providers share it by.</summary>
    public static IServiceCollection AddSqliteRunStore(this IServiceCollection services, string dataDirectory) => services
        .AddSingleton(_ => new SqliteFile(dataDirectory))
        .AddSingleton<SqliteDataSource>()
        .AddSingleton<IRunStore, SqliteRunStore>();

    /// <summary>The run store in PostgreSQL, and its connections: those for commits are the journal's alone, the others Orleans' storage and reminders share.</summary>
    public static IServiceCollection AddPostgresRunStore(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(_ => PostgresDatabase.Open(connectionString, "flowruns"))
            // The second is for when a commit was given up and its connection has not found that out yet.
            .AddKeyedSingleton(PostgresRunStore.Journal, (_, _) => PostgresDatabase.Open($"{connectionString};Maximum Pool Size=2", "flowruns-journal"))
            .AddSingleton(provider => PostgresMember.Of(provider.GetRequiredService<ILocalSiloDetails>()))
            .AddSingleton<IRunStore, PostgresRunStore>();
    }

    /// <summary>Must come before the silo's own registration: hosted services stop in reverse order, and the silo's last writes need the journal.</summary>
    public static IServiceCollection AddRunJournal(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddOptionsFrom<RunJournalOptions>(RunJournalOptions.Section)
            .AddSingleton<RunJournal>()
            .AddHostedService(provider => provider.GetRequiredService<RunJournal>());
    }
}
