namespace FlowRuns.Gateway.Tests.Server;

/// <summary>Tests against the whole product share one server and run one after another; each has a project of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ServerCollection : ICollectionFixture<ServerFixture>
{
    public const string Name = "server";
}
