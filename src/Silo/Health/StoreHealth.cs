using FlowRuns.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Silo;

/// <summary>Up while the database has answered within the last second, or answers now: whoever probes in a loop does not load it.</summary>
sealed class StoreHealth(IRunStore store, TimeProvider clock) : IHealthCheck
{
    static readonly TimeSpan Lately = TimeSpan.FromSeconds(1);

    long? _answered;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_answered is { } answered && clock.GetElapsedTime(answered) < Lately)
            return HealthCheckResult.Healthy("answers");

        try
        {
            await store.PingAsync(cancellationToken);
            _answered = clock.GetTimestamp();
            return HealthCheckResult.Healthy("answers");
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("the database does not answer");
        }
    }
}
