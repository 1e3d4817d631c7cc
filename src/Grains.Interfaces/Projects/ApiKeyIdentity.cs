namespace FlowRuns.Projects;

/// <summary>Who a valid key stands for.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.api-key-identity")]
public sealed record ApiKeyIdentity([property: Id(0)] ApiKeyId Id, [property: Id(1)] ProjectId Project, [property: Id(2)] ApiKeyScope Scope);
