using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FlowRuns.Storage;

/// <summary>Removes what has to go, in slices so small that nobody waits for them: old runs, old idempotency keys, the history of deleted flows.</summary>
sealed partial class Retention(IRunStore store, TimeProvider clock, IOptions<RetentionOptions> options, ILogger<Retention> logger) : BackgroundService
{
    const int Slice = 500;
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (StoreUnavailableException e)
            {
                LogPostponed(e);
            }

            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    async Task PurgeAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        while (await store.PurgeRunsAsync(options.Value.Cutoff(now), now - KeyLifetime, Slice, cancellationToken) == Slice)
        {
        }

        foreach (var flow in await store.ListDeletedFlowsAsync(cancellationToken))
        {
            while (await store.PurgeFlowAsync(flow, Slice, cancellationToken) >= Slice)
            {
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retention is postponed: the database does not answer")]
    partial void LogPostponed(Exception exception);
}
