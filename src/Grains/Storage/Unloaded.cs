using Orleans.Runtime;

namespace FlowRuns.Storage;

/// <summary>Marks an activation that could not read what it needs: it refuses all calls, and ends soon, so that another one reads anew.</summary>
/// <remarks>Were its activation to fail, Orleans would hold it, and its callers with it, for five seconds.</remarks>
sealed class Unloaded
{
    /// <summary>How long such a read may take: its caller has to hear of it within two seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    readonly ITimer _end;

    Unloaded(IGrainContext activation, TimeProvider clock)
    {
        _end = clock.CreateTimer(_ => End(activation), null, Rest, Timeout.InfiniteTimeSpan);
    }

    public static void Mark(IGrainContext activation, TimeProvider clock) => activation.SetComponent(new Unloaded(activation, clock));

    void End(IGrainContext activation)
    {
        _end.Dispose();
        activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The database did not answer."));
    }
}
