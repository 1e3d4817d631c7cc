using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Edge;

/// <summary>Holds every part of a stopping host for <see cref="HttpLimits.ShutdownDelay"/>: a load balancer needs time to see that readiness is gone.</summary>
sealed class ShutdownDelay(IOptions<HttpLimits> limits, TimeProvider time) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (limits.Value.ShutdownDelay > TimeSpan.Zero)
            await Task.Delay(limits.Value.ShutdownDelay, time, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
