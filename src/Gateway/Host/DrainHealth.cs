using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Gateway.Host;

/// <summary>Down once the process was told to stop: it still answers, and nobody new should be sent to it.</summary>
sealed class DrainHealth(IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy("active"));
}
