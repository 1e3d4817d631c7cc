namespace FlowRuns.Projects;

/// <summary>A connection as lists show it: never its value.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.connection-summary")]
public sealed record ConnectionSummary
{
    [Id(0)]
    public required ConnectionId Id { get; init; }

    /// <summary>Unique in the project; steps name the connection by it.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary><c>postgresql</c>, <c>sqlite</c>, <c>slack</c>, <c>http</c> or <c>webhook</c>.</summary>
    [Id(2)]
    public required string App { get; init; }

    [Id(3)]
    public required DateTimeOffset Created { get; init; }

    [Id(4)]
    public required DateTimeOffset Updated { get; init; }
}
