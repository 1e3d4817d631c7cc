using FlowRuns.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Silo;

/// <summary>Up while the journal takes another write.</summary>
sealed class JournalHealth(RunJournal journal) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        journal.IsFull ? HealthCheckResult.Unhealthy("full") : HealthCheckResult.Healthy("takes writes"));
}
