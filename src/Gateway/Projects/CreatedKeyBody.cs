using FlowRuns.Projects;

namespace FlowRuns.Gateway.Projects;

/// <summary>A new key, with the only sight of it that there ever is.</summary>
sealed record CreatedKeyBody(ApiKeyId Id, string Name, ApiKeyScope Scope, string Prefix, DateTimeOffset Created, DateTimeOffset? Expires, string Key)
{
    public static CreatedKeyBody Of(CreatedApiKey created) => new(
        created.Summary.Id, created.Summary.Name, created.Summary.Scope, created.Summary.Prefix, created.Summary.Created, created.Summary.Expires, created.Key);
}
