using System.Collections.Immutable;
using Orleans.Concurrency;

namespace FlowRuns.Projects;

/// <summary>One project: its name, keys and connections. Keyed by the project's id.</summary>
/// <remarks>Refuses with <see cref="Errors.RefusalReason.NotFound"/> for ids it does not know.</remarks>
[Alias("flowruns.IProjectGrain")]
public interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Makes the project; a repeat returns what is there.</summary>
    [Alias("create")]
    Task<ProjectSummary> CreateAsync(string name);

    /// <summary>The project, or null when it was never made.</summary>
    [Alias("find")]
    Task<ProjectSummary?> FindAsync();

    /// <summary>On the default project only: all projects of the installation, oldest first.</summary>
    [Alias("list-projects")]
    Task<ImmutableArray<ProjectSummary>> ListProjectsAsync();

    /// <summary>On the default project only: makes another project.</summary>
    [Alias("create-project")]
    Task<ProjectSummary> CreateProjectAsync(string name);

    [Alias("list-keys")]
    Task<ImmutableArray<ApiKeySummary>> ListKeysAsync();

    /// <summary>Makes a key of 256 random bits.</summary>
    [Alias("create-key")]
    Task<CreatedApiKey> CreateKeyAsync(string name, ApiKeyScope scope, DateTimeOffset? expires);

    /// <summary>Makes a given key valid as an admin key; one that is known already stays as it is.</summary>
    [Alias("import-key")]
    Task ImportKeyAsync(string name, string key);

    [Alias("revoke-key")]
    Task RevokeKeyAsync(ApiKeyId id);

    [Alias("list-connections")]
    Task<ImmutableArray<ConnectionSummary>> ListConnectionsAsync();

    /// <summary>Keeps the connection; one of the same name gets the new app and value and keeps its id.</summary>
    [Alias("put-connection")]
    Task<ConnectionSummary> PutConnectionAsync(ConnectionDefinition definition);

    [Alias("get-connection")]
    Task<ConnectionSummary> GetConnectionAsync(ConnectionId id);

    [Alias("delete-connection")]
    Task DeleteConnectionAsync(ConnectionId id);

    /// <summary>Opens the connection once, as a step would, without side effects.</summary>
    /// <remarks>Interleaves: what it talks to may take long, and all others need the project meanwhile.</remarks>
    [Alias("test-connection"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<ConnectionTest> TestConnectionAsync(ConnectionId id);

    /// <summary>For runs and validation: the connection of that name, or null.</summary>
    [Alias("find-connection")]
    Task<SealedConnection?> FindConnectionAsync(string name);
}
