using System.Collections.Concurrent;
using System.Threading.Channels;

namespace FlowRuns.Grains.Tests;

/// <summary>The system's clock, except that waits of an hour and more end at a test's word.</summary>
/// <remarks>The silo's own loops need a clock that goes; their hours are held as well, which no test notices.</remarks>
sealed class PatientClock : TimeProvider
{
    static readonly TimeSpan Held = TimeSpan.FromHours(1);
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    readonly ConcurrentDictionary<TimeSpan, Channel<Action>> _waits = new();

    /// <summary>How far this clock is behind the system's.</summary>
    public TimeSpan Behind { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - Behind;

    /// <summary>Ends one wait of exactly this length, as soon as somebody waits so long.</summary>
    public async Task EndWaitAsync(TimeSpan length)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        (await Of(length).Reader.ReadAsync(deadline.Token))();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < Held)
            return System.CreateTimer(callback, state, dueTime, period);

        Of(dueTime).Writer.TryWrite(() => callback(state));
        return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    Channel<Action> Of(TimeSpan length) => _waits.GetOrAdd(length, _ => Channel.CreateUnbounded<Action>());
}
