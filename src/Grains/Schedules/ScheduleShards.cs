using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FlowRuns.Schedules;

/// <summary>Wakes all shards when a process starts, so that a cluster that was stopped goes on where it was; from then on their reminders do.</summary>
sealed partial class ScheduleShards(IGrainFactory grains, TimeProvider clock, ILogger<ScheduleShards> logger) : BackgroundService
{
    static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var shard in Enumerable.Range(0, IScheduleShardGrain.Count))
        {
            while (!await TryArmAsync(shard))
                await Task.Delay(RetryDelay, clock, stoppingToken);
        }
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} could not be woken yet")]
    partial void LogNotArmed(int shard, Exception exception);
}
