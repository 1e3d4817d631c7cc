using Orleans.Runtime;

namespace FlowRuns.Silo;

/// <summary>Declares dead, before this silo joins, what an earlier process at its address has left in the membership table.</summary>
/// <remarks>
/// Orleans tries that once, and leaves it at that when another silo writes to the table at the same moment, as happens when all of them start again:
/// until it next reads the table nobody can join, for nobody can reach the earlier process, and grains are sought there.
/// </remarks>
sealed class IncarnationCleanup(IMembershipTable table, ILocalSiloDetails self, TimeProvider clock) : ILifecycleParticipant<ISiloLifecycle>
{
    // Before the stage of the membership.
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(IncarnationCleanup), ServiceLifecycleStage.RuntimeInitialize, DeclareDeadAsync);

    async Task DeclareDeadAsync(CancellationToken cancellationToken)
    {
        await table.InitializeMembershipTableAsync(true, cancellationToken);
        while (true)
        {
            var members = await table.ReadAllAsync(cancellationToken);
            if (members.Members.FirstOrDefault(member => IsEarlier(member.Item1)) is not var (entry, etag))
                return;

            entry.Status = SiloStatus.Dead;
            entry.AddSuspector(self.SiloAddress, clock.GetUtcNow().UtcDateTime);
            // Refused when another silo has written meanwhile.
            await table.UpdateRowAsync(entry, etag, members.Version.Next(), cancellationToken);
        }
    }

    bool IsEarlier(MembershipEntry entry) =>
        entry.Status != SiloStatus.Dead && entry.SiloAddress.Endpoint.Equals(self.SiloAddress.Endpoint) && entry.SiloAddress.Generation < self.SiloAddress.Generation;
}
