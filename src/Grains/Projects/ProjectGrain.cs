using System.Collections.Immutable;
using FlowRuns.Connections;
using FlowRuns.Errors;
using FlowRuns.Storage;

namespace FlowRuns.Projects;

[GrainType("project")]
sealed class ProjectGrain(
    [PersistentState("project", PatientGrainStorage.Name)] IPersistentState<ProjectState> state,
    SecretBox secrets,
    ConnectionProbe probe,
    TimeProvider clock) : Grain, IProjectGrain
{
    const int MaxNameLength = 200;

    ProjectId Id => ProjectId.Parse(this.GetPrimaryKeyString(), null);

    public async Task<ProjectSummary> CreateAsync(string name)
    {
        if (state.State.Summary is { } known)
            return known;
        CheckName(name);
        return await SaveAsync(p => p.Summary = new ProjectSummary(Id, name, clock.Now()));
    }

    public Task<ProjectSummary?> FindAsync() => Task.FromResult(state.State.Summary);

    public Task<ImmutableArray<ProjectSummary>> ListProjectsAsync() => Task.FromResult(Known().Projects.Prepend(Known().Summary!).ToImmutableArray());

    public async Task<ProjectSummary> CreateProjectAsync(string name)
    {
        CheckName(name);
        Known();
        var id = ProjectId.New(clock.Now());
        var project = await GrainFactory.GetGrain<IProjectGrain>(id.ToString()).CreateAsync(name);
        return await SaveAsync(p =>
        {
            p.Projects.Add(project);
            return project;
        });
    }

    public Task<ImmutableArray<ApiKeySummary>> ListKeysAsync() => Task.FromResult(Known().Keys.Select(k => k.Summary).ToImmutableArray());

    public async Task<CreatedApiKey> CreateKeyAsync(string name, ApiKeyScope scope, DateTimeOffset? expires)
    {
        CheckName(name);
        if (expires <= clock.Now())
            throw new RequestRefusedException([new FieldError("expires", "lies in the past; give a later time or leave it out.")]);

        var key = IApiKeyGrain.NewKey();
        return new CreatedApiKey(await KeepKeyAsync(name, key, scope, expires), key);
    }

    public async Task ImportKeyAsync(string name, string key)
    {
        // Granted anew: the process may have died between the two writes that make a key.
        if (Known().Keys.Find(k => k.GrainKey == IApiKeyGrain.KeyOf(key)) is { } known)
            await GrantAsync(known);
        else
            await KeepKeyAsync(name, key, ApiKeyScope.Admin, null);
    }

    public async Task RevokeKeyAsync(ApiKeyId id)
    {
        var key = Known().Keys.Find(k => k.Summary.Id == id) ?? throw RequestRefusedException.NotFound($"Key {id}");
        await GrainFactory.GetGrain<IApiKeyGrain>(key.GrainKey).RevokeAsync();
        await SaveAsync(p => p.Keys.Remove(key));
    }

    public Task<ImmutableArray<ConnectionSummary>> ListConnectionsAsync() =>
        Task.FromResult(Known().Connections.Select(c => c.Summary).ToImmutableArray());

    public async Task<ConnectionSummary> PutConnectionAsync(ConnectionDefinition definition)
    {
        var faults = ConnectionRules.Check(definition);
        if (!faults.IsEmpty)
            throw new RequestRefusedException(faults);

        var known = Known().Connections.Find(c => c.Summary.Name == definition.Name);
        var summary = new ConnectionSummary
        {
            Id = known?.Summary.Id ?? ConnectionId.New(clock.Now()),
            Name = definition.Name,
            App = definition.App,
            Created = known?.Summary.Created ?? clock.Now(),
            Updated = clock.Now(),
        };
        return await SaveAsync(p =>
        {
            p.Connections.RemoveAll(c => c.Summary.Id == summary.Id);
            p.Connections.Add(Connection.Seal(summary, definition.Value, Id, secrets));
            return summary;
        });
    }

    public Task<ConnectionSummary> GetConnectionAsync(ConnectionId id) => Task.FromResult(Find(id).Summary);

    public async Task DeleteConnectionAsync(ConnectionId id)
    {
        var connection = Find(id);
        await SaveAsync(p => p.Connections.Remove(connection));
    }

    public Task<ConnectionTest> TestConnectionAsync(ConnectionId id) =>
        probe.TryAsync(Connection.Open(Find(id), Id, secrets), CancellationToken.None);

    public Task<SealedConnection?> FindConnectionAsync(string name) => Task.FromResult(state.State.Connections.Find(c => c.Summary.Name == name));

    async Task<ApiKeySummary> KeepKeyAsync(string name, string key, ApiKeyScope scope, DateTimeOffset? expires)
    {
        Known();
        var summary = new ApiKeySummary
        {
            Id = ApiKeyId.New(clock.Now()),
            Name = name,
            Scope = scope,
            Prefix = key[..12],
            Created = clock.Now(),
            Expires = expires,
        };
        var stored = new StoredApiKey(summary, IApiKeyGrain.KeyOf(key));

        // First where it can be revoked, then where it works.
        await SaveAsync(p =>
        {
            p.Keys.Add(stored);
            return summary;
        });
        await GrantAsync(stored);
        return summary;
    }

    Task GrantAsync(StoredApiKey key) =>
        GrainFactory.GetGrain<IApiKeyGrain>(key.GrainKey).GrantAsync(new ApiKeyIdentity(key.Summary.Id, Id, key.Summary.Scope), key.Summary.Expires);

    async Task<T> SaveAsync<T>(Func<ProjectState, T> change)
    {
        var result = change(state.State);
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // Memory is ahead of what is stored: the next activation reads what is true.
            DeactivateOnIdle();
            throw;
        }

        return result;
    }

    ProjectState Known() => state.State.Summary is null ? throw RequestRefusedException.NotFound($"Project {Id}") : state.State;

    SealedConnection Find(ConnectionId id) => Known().Connections.Find(c => c.Summary.Id == id) ?? throw RequestRefusedException.NotFound($"Connection {id}");

    static void CheckName(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength)
            throw new RequestRefusedException([new FieldError("name", $"has {name?.Length ?? 0} characters; 1 to {MaxNameLength} are needed.")]);
    }
}
