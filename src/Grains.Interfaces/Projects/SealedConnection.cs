namespace FlowRuns.Projects;

/// <summary>A connection with its value still encrypted; only silos have the key.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.sealed-connection")]
public sealed record SealedConnection
{
    [Id(0)]
    public required ConnectionSummary Summary { get; init; }

    [Id(1)]
    public required string Ciphertext { get; init; }
}
