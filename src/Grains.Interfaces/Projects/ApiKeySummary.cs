namespace FlowRuns.Projects;

/// <summary>A key as lists show it: never the key itself.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.api-key-summary")]
public sealed record ApiKeySummary
{
    [Id(0)]
    public required ApiKeyId Id { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    [Id(2)]
    public required ApiKeyScope Scope { get; init; }

    /// <summary>The key's first characters, enough to tell keys apart and too few to use.</summary>
    [Id(3)]
    public required string Prefix { get; init; }

    [Id(4)]
    public required DateTimeOffset Created { get; init; }

    /// <summary>From then on the key is refused; null means never.</summary>
    [Id(5)]
    public DateTimeOffset? Expires { get; init; }
}
