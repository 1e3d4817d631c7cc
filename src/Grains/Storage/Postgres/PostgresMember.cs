using Npgsql;
using Orleans.Runtime;

namespace FlowRuns.Storage.Postgres;

/// <summary>A silo's own row in the membership table. Who takes its flows over reads them after that row says dead, so whatever it commits must have been committed before.</summary>
sealed record PostgresMember(string Cluster, string Address, int Port, int Generation)
{
    public static PostgresMember Of(ILocalSiloDetails silo) =>
        new(silo.ClusterId, $"{silo.SiloAddress.Endpoint.Address}", silo.SiloAddress.Endpoint.Port, silo.SiloAddress.Generation);

    /// <summary>To be the last of a batch: the lock puts the batch and the silo's death in an order, and is held for no longer than the commit takes. 6 is a dead silo.</summary>
    public NpgsqlBatch AddTo(NpgsqlBatch batch) => batch.Add(
        """
        select expect_member(count(*)) from (
          select 1 from OrleansMembershipTable
          where DeploymentId = $1 and Address = $2 and Port = $3 and Generation = $4 and Status <> 6
          for share) as member
        having count(*) <> 1
        """,
        Cluster,
        Address,
        Port,
        Generation);
}
