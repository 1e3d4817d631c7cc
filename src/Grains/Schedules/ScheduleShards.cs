using FlowRuns.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FlowRuns.Schedules;

/// <summary>Wakes all shards when a process starts, so that a cluster that was stopped goes on where it was, and when a silo is gone, with the shards that it had. Reminders would take minutes.</summary>
sealed partial class ScheduleShards(IGrainFactory grains, ISiloStatusOracle membership, TimeProvider clock, ILogger<ScheduleShards> logger) : BackgroundService
{
    // Some, so that one that does not answer holds up no other; few, since the pool of connections is still empty when a process starts.
    const int AtOnce = 4;

    static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var deaths = new SiloDeaths(membership);
        while (true)
        {
            var started = clock.GetTimestamp();
            await Parallel.ForAsync(0, IScheduleShardGrain.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, ArmAsync);
            var elapsed = clock.GetElapsedTime(started);
            LogArmed(elapsed);
            await deaths.WaitAsync(Timeout.InfiniteTimeSpan, stoppingToken);
        }
    }

    async ValueTask ArmAsync(int shard, CancellationToken stoppingToken)
    {
        while (!await TryArmAsync(shard))
            await Task.Delay(RetryDelay, clock, stoppingToken);
    }

    async Task<bool> TryArmAsync(int shard)
    {
        try
        {
            await grains.GetGrain<IScheduleShardGrain>(IScheduleShardGrain.KeyOf(shard)).ArmAsync();
            return true;
        }
#pragma warning disable CA1031 // the loop owns its errors: it tries until the shard is awake
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotArmed(shard, e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Schedules are armed after {Elapsed}")]
    partial void LogArmed(TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} could not be woken yet")]
    partial void LogNotArmed(int shard, Exception exception);
}
