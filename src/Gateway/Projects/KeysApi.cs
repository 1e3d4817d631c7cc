using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Paging;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Projects;

/// <summary>The project's API keys.</summary>
static class KeysApi
{
    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Keys").RequireAuthorization(ScopePolicies.Admin);
        keys.MapGet("/", ListAsync).WithName("listKeys").WithSummary("Lists the project's API keys, without the keys themselves.");
        keys.MapPost("/", CreateAsync).WithName("createKey").WithSummary("Makes an API key and shows it, this once.");
        keys.MapDelete("/{keyId}", RevokeAsync).WithName("revokeKey").WithSummary("Revokes an API key at once.");
    }

    static async Task<Ok<Page<ApiKeySummary>>> ListAsync(Caller caller, IGrainFactory grains) =>
        TypedResults.Ok(Page<ApiKeySummary>.Whole(await grains.Project(caller.Project).ListKeysAsync()));

    static async Task<Created<CreatedKeyBody>> CreateAsync(RequestBody body, Caller caller, IGrainFactory grains, TimeProvider time)
    {
        var request = body.Read<CreateKeyRequest>();
        var (name, scope) = request.Validate(time.GetUtcNow());

        var created = await grains.Project(caller.Project).CreateKeyAsync(name, scope, request.Expires);
        return TypedResults.Created($"/api/v1/keys/{created.Summary.Id}", CreatedKeyBody.Of(created));
    }

    static async Task<NoContent> RevokeAsync(string keyId, Caller caller, IGrainFactory grains)
    {
        await grains.Project(caller.Project).RevokeKeyAsync(RouteIds.Parse<ApiKeyId>("Key", keyId));
        return TypedResults.NoContent();
    }
}
