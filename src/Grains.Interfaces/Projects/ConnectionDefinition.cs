using FlowRuns.Json;

namespace FlowRuns.Projects;

/// <summary>A connection to be kept. Its value is encrypted before it reaches any state.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.connection-definition")]
public sealed record ConnectionDefinition
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required string App { get; init; }

    /// <summary>An object whose members depend on <see cref="App"/>.</summary>
    [Id(2)]
    public required JsonData Value { get; init; }
}
