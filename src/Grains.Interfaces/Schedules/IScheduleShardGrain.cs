using FlowRuns.Flows;

namespace FlowRuns.Schedules;

/// <summary>The alarm clock of one share of all flows: wakes each when the store says that it is time. Keyed by <see cref="KeyOf"/>.</summary>
/// <remarks>Knows nothing of schedules. An alarm too many, too early or too late changes nothing: the flow decides what is due, the store what is done already.</remarks>
[Alias("flowruns.IScheduleShardGrain")]
public interface IScheduleShardGrain : IGrainWithStringKey
{
    /// <summary>How many shards there are; stored with every schedule, so never to be changed.</summary>
    const int Count = 64;

    static string KeyOf(int shard) => $"shard_{shard:00}";

    /// <summary>The shard of a flow. Of the random end of its id: the beginning is a time, which flows made together share.</summary>
    static int Of(FlowId flow)
    {
        Span<byte> bytes = stackalloc byte[16];
        flow.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return bytes[15] % Count;
    }

    /// <summary>Makes sure that the shard is woken again whatever happens to it, and returns once it knows its alarms. Safe to repeat.</summary>
    /// <exception cref="Errors.RequestRefusedException">The alarms cannot be read now (<c>Unavailable</c>); the shard itself goes on trying.</exception>
    [Alias("arm")]
    Task ArmAsync();

    /// <summary>Sets, moves or, with null, removes the alarm of a flow whose stored wake time has changed.</summary>
    [Alias("set")]
    Task SetAsync(FlowId flow, DateTimeOffset? wakeTime);
}
