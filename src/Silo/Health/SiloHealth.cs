using FlowRuns.Runs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Silo;

/// <summary>Up while the silo is a member of its cluster and was not told to stop.</summary>
sealed class SiloHealth(ISiloStatusOracle membership, ActiveRuns active, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        active.Draining || lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("draining")
        : membership.CurrentStatus != SiloStatus.Active ? HealthCheckResult.Unhealthy($"the silo is {membership.CurrentStatus}")
        : HealthCheckResult.Healthy("active"));
}
