using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Silo;

/// <summary>Liveness is local and cheap, readiness asks silo, journal and database: a database that is away must not get processes killed.</summary>
static class HealthHosting
{
    const string Ready = "ready";
    const string Startup = "startup";

    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<StoreHealth>();
        services.AddHealthChecks()
            .AddCheck<StartupHealth>("start", tags: [Startup])
            .AddCheck<SiloHealth>("silo", tags: [Ready])
            .AddCheck<JournalHealth>("journal", tags: [Ready])
            .AddCheck<StoreHealth>("store", tags: [Ready], timeout: TimeSpan.FromSeconds(2));
        return services;
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", With(_ => false));
        app.MapHealthChecks("/health/startup", With(c => c.Tags.Contains(Startup)));
        app.MapHealthChecks("/health/ready", With(c => c.Tags.Contains(Ready)));
    }

    static HealthCheckOptions With(Func<HealthCheckRegistration, bool> which) => new() { Predicate = which, ResponseWriter = WriteAsync };

    static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status == HealthStatus.Healthy ? "up" : "down",
        checks = report.Entries.ToDictionary(e => e.Key, e => e.Value.Description ?? e.Value.Status.ToString()),
    });
}
