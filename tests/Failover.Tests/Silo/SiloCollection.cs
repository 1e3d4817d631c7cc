namespace FlowRuns.Failover.Tests.Silo;

/// <summary>Tests that start processes run one after another: each needs the machine for itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SiloCollection
{
    public const string Name = "silo";
}
