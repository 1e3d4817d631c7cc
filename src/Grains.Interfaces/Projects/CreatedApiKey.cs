namespace FlowRuns.Projects;

/// <summary>A new key, with the only sight of it that there ever is.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.created-api-key")]
public sealed record CreatedApiKey([property: Id(0)] ApiKeySummary Summary, [property: Id(1)] string Key);
