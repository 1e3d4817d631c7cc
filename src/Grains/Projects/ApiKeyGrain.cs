using FlowRuns.Storage;
using Orleans.Concurrency;

namespace FlowRuns.Projects;

[GrainType("api-key"), Reentrant]
sealed class ApiKeyGrain([PersistentState("api-key", PatientGrainStorage.Name)] IPersistentState<ApiKeyState> state, TimeProvider clock) : Grain, IApiKeyGrain
{
    public Task<ApiKeyIdentity?> AuthenticateAsync()
    {
        var identity = state.State.Expires is { } expires && expires <= clock.GetUtcNow() ? null : state.State.Identity;

        // Guesses must not fill the memory.
        if (identity is null)
            DeactivateOnIdle();
        return Task.FromResult(identity);
    }

    public Task GrantAsync(ApiKeyIdentity identity, DateTimeOffset? expires)
    {
        if (state.RecordExists && state.State.Identity == identity && state.State.Expires == expires)
            return Task.CompletedTask;
        state.State = new ApiKeyState { Identity = identity, Expires = expires };
        return state.WriteStateAsync();
    }

    public Task RevokeAsync()
    {
        state.State = new ApiKeyState();
        return state.ClearStateAsync();
    }
}
