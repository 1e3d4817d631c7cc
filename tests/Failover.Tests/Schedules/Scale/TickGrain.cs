using System.Collections.Concurrent;

namespace FlowRuns.Failover.Tests.Schedules.Scale;

/// <summary>Writes down how late its reminder is, and does nothing else.</summary>
[GrainType(TypeName)]
sealed class TickGrain : Grain, ITickGrain, IRemindable
{
    public const string TypeName = "tick";
    public const string Reminder = "due";

    /// <summary>In milliseconds, of the ticks in this process.</summary>
    public static ConcurrentBag<double> Lateness { get; } = [];

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName == Reminder)
            Lateness.Add((TimeProvider.System.GetUtcNow().UtcDateTime - status.FirstTickTime).TotalMilliseconds);
        return Task.CompletedTask;
    }
}
