using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FlowRuns.Storage;

/// <summary>Removes what has to go, in slices so small that nobody waits for them: old runs, old idempotency keys, the history of deleted flows.</summary>
sealed partial class Retention(IRunStore store, TimeProvider clock, IOptions<RetentionOptions> options, ILogger<Retention> logger) : BackgroundService
{
    const int Slice = 500;
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync(() => PurgeRunsAsync(stoppingToken), stoppingToken);
            await TryAsync(() => PurgeFlowsAsync(stoppingToken), stoppingToken);
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    async Task PurgeRunsAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        while (await store.PurgeRunsAsync(options.Value.Cutoff(now), now - IdempotencyKeys.Lifetime, Slice, cancellationToken) == Slice)
        {
        }
    }

    async Task PurgeFlowsAsync(CancellationToken cancellationToken)
    {
        foreach (var flow in await store.ListDeletedFlowsAsync(cancellationToken))
        {
            await TryAsync(
                async () =>
                {
                    while (await store.PurgeFlowAsync(flow, Slice, cancellationToken) >= Slice)
                    {
                    }
                },
                cancellationToken);
        }
    }

    async Task TryAsync(Func<Task> purge, CancellationToken stoppingToken)
    {
        try
        {
            await purge();
        }
#pragma warning disable CA1031 // the loop owns its errors: what cannot be removed now is tried again in the next round, and must neither keep the rest nor end the process
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogPostponed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retention could not do all of its work; it goes on in a minute")]
    partial void LogPostponed(Exception exception);
}
