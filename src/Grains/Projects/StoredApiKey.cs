namespace FlowRuns.Projects;

/// <param name="GrainKey">Where the key's grain is found, so that it can be revoked: <see cref="IApiKeyGrain.KeyOf"/>.</param>
[GenerateSerializer, Immutable, Alias("flowruns.stored-api-key")]
sealed record StoredApiKey([property: Id(0)] ApiKeySummary Summary, [property: Id(1)] string GrainKey);
