using FlowRuns.Flows;
using FlowRuns.Storage;
using FlowRuns.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace FlowRuns.Runs;

/// <summary>Takes up runs whose owner is dead, and runs of this silo that nobody executes: the reason why no run is RUNNING for ever.</summary>
sealed partial class RecoverySweep(
    IRunStore store,
    ActiveRuns active,
    IGrainFactory grains,
    ISiloStatusOracle membership,
    TimeProvider clock,
    IOptions<RunOptions> options,
    ILogger<RecoverySweep> logger) : BackgroundService
{
    const int PageSize = 200;
    const int AtOnce = 16;

    // A start takes its commit and one call; what is not under way after this long was lost on the way.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var deaths = new SiloDeaths(membership);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (membership.CurrentStatus == SiloStatus.Active && !active.Draining)
                    await SweepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the loop owns its errors: whatever fails is tried again in the next round
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(e);
            }

            await deaths.WaitAsync(options.Value.SweepInterval, stoppingToken);
        }
    }

    async Task SweepAsync(CancellationToken cancellationToken)
    {
        var self = membership.SiloAddress.ToParsableString();
        var live = membership.GetApproximateSiloStatuses()
            .Where(s => s.Value != SiloStatus.Dead)
            .Select(s => s.Key.ToParsableString())
            .Append(self)
            .ToHashSet();

        while (await store.TakeOverAsync(live, self, PageSize, cancellationToken) is { IsEmpty: false } taken)
        {
            LogTaken(taken.Length);
            FlowRunsInstruments.OnRunsRecovered(taken.Length);
            await ResumeAsync(taken);
        }

        var owned = await store.ListOwnedAsync(self, clock.GetUtcNow() - Grace, cancellationToken);
        await ResumeAsync(owned.Where(r => !active.Contains(r.Run)));
        FlowRunsInstruments.OnSweepEnded();
    }

    Task ResumeAsync(IEnumerable<OwnedRun> runs) =>
        Parallel.ForEachAsync(runs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (run, _) =>
        {
            try
            {
                await grains.GetGrain<IFlowGrain>(run.Flow.ToString()).ResumeRunAsync(run.Run, run.Attempt);
            }
#pragma warning disable CA1031 // one run that cannot be taken up must not keep the others waiting; the next round tries it again
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogNotResumed(run.Run, e);
            }
        });

    [LoggerMessage(Level = LogLevel.Information, Message = "Took over {Count} runs of dead owners")]
    partial void LogTaken(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Run} could not be taken up yet")]
    partial void LogNotResumed(RunId run, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sweep failed; the next one follows")]
    partial void LogFailed(Exception exception);
}
