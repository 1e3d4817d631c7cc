using Orleans.Runtime;

namespace FlowRuns.Runs;

/// <summary>Wakes a loop that has to look after what a dead silo had; several deaths meanwhile wake it once.</summary>
sealed class SiloDeaths : ISiloStatusListener, IDisposable
{
    readonly SemaphoreSlim _deaths = new(0);
    readonly ISiloStatusOracle _membership;

    public SiloDeaths(ISiloStatusOracle membership)
    {
        _membership = membership;
        membership.SubscribeToSiloStatusEvents(this);
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
            _deaths.Release();
    }

    /// <summary>Returns when a silo has died since the last call, or after the time.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        for (var isWoken = await _deaths.WaitAsync(atMost, cancellationToken); isWoken;)
            isWoken = await _deaths.WaitAsync(TimeSpan.Zero, CancellationToken.None);
    }

    public void Dispose()
    {
        _membership.UnSubscribeFromSiloStatusEvents(this);
        _deaths.Dispose();
    }
}
