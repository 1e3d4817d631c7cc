using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace FlowRuns.Runs;

/// <summary>Chooses the silo that executes a new run: this one, until it has much under way, then any, so that hot flows spread and new silos get work.</summary>
sealed class RunPlacement(ISiloStatusOracle membership, ActiveRuns active, TimeProvider clock, IOptions<RunOptions> options)
{
    // Longer than it takes from a refusal until membership shows that the silo has left.
    static readonly TimeSpan Avoidance = TimeSpan.FromSeconds(15);

    readonly ConcurrentDictionary<SiloAddress, long> _refusals = new();

    /// <summary>Null when this silo is leaving and there is no other.</summary>
    public SiloAddress? Choose()
    {
        var self = membership.SiloAddress;
        if (!active.Draining && active.Count < options.Value.SpreadAbove)
            return self;

        var silos = membership.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(s => s.Equals(self) ? !active.Draining : !IsAvoided(s)).ToArray();
        return silos.Length > 0 ? silos[Random.Shared.Next(silos.Length)] : active.Draining ? null : self;
    }

    public bool IsHere(SiloAddress silo) => silo.Equals(membership.SiloAddress);

    /// <summary>The silo refused a run because it is leaving.</summary>
    public void Avoid(SiloAddress silo) => _refusals[silo] = clock.GetTimestamp();

    bool IsAvoided(SiloAddress silo) => _refusals.TryGetValue(silo, out var since) && clock.GetElapsedTime(since) < Avoidance;
}
