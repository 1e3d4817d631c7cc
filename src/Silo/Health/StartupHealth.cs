using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Silo;

/// <summary>Up once everything has started, and for good.</summary>
sealed class StartupHealth(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckResult.Healthy("started") : HealthCheckResult.Unhealthy("starting"));
}
