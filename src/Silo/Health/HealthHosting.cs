using FlowRuns.Runs;
using FlowRuns.Storage;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Silo;

/// <summary>Liveness is local and cheap, readiness asks silo, journal and database: a database that is away must not get processes killed.</summary>
static class HealthHosting
{
    const string Ready = "ready";

    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<SiloHealth>("silo", tags: [Ready])
            .AddCheck<StoreHealth>("store", tags: [Ready], timeout: TimeSpan.FromSeconds(2));
        return services;
    }

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = c => c.Tags.Contains(Ready), ResponseWriter = WriteAsync });
    }

    static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status == HealthStatus.Healthy ? "up" : "down",
        checks = report.Entries.ToDictionary(e => e.Key, e => e.Value.Description ?? e.Value.Status.ToString()),
    });
}

sealed class SiloHealth(ISiloStatusOracle membership, ActiveRuns active, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        active.Draining || lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("draining")
        : membership.CurrentStatus != SiloStatus.Active ? HealthCheckResult.Unhealthy($"the silo is {membership.CurrentStatus}")
        : HealthCheckResult.Healthy("active"));
}

sealed class StoreHealth(IRunStore store, RunJournal journal) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (journal.IsFull)
            return HealthCheckResult.Unhealthy("the journal is full");

        try
        {
            await store.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy("answers");
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("the database does not answer");
        }
    }
}
