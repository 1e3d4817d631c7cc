using FlowRuns.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Silo;

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
