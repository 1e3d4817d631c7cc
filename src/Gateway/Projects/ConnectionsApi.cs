using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Paging;
using FlowRuns.Projects;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Projects;

/// <summary>The project's connections. Their values go in and never come out.</summary>
static class ConnectionsApi
{
    public static void MapConnections(this IEndpointRouteBuilder api)
    {
        var connections = api.MapGroup("/connections").WithTags("Connections");
        connections.MapGet("/", ListAsync).WithName("listConnections").WithSummary("Lists the project's connections, without their values.");
        connections.MapPost("/", PutAsync).WithName("putConnection").WithSummary("Makes a connection, or replaces the one of the same name.").RequireAuthorization(ScopePolicies.Write);
        connections.MapGet("/{connectionId}", GetAsync).WithName("getConnection").WithSummary("Shows a connection, without its value.");
        connections.MapDelete("/{connectionId}", DeleteAsync).WithName("deleteConnection").WithSummary("Deletes a connection.").RequireAuthorization(ScopePolicies.Write);
        connections.MapPost("/{connectionId}/test", TestAsync).WithName("testConnection").WithSummary("Opens a connection once.").RequireAuthorization(ScopePolicies.Write);
    }

    static async Task<Ok<Page<ConnectionSummary>>> ListAsync(Caller caller, IGrainFactory grains) =>
        TypedResults.Ok(Page<ConnectionSummary>.Whole(await grains.Project(caller.Project).ListConnectionsAsync()));

    static async Task<Results<Created<ConnectionSummary>, Ok<ConnectionSummary>>> PutAsync(RequestBody body, Caller caller, IGrainFactory grains)
    {
        var connection = await grains.Project(caller.Project).PutConnectionAsync(body.Read<ConnectionRequest>().ToDefinition());
        return connection.Created == connection.Updated
            ? TypedResults.Created($"/api/v1/connections/{connection.Id}", connection)
            : TypedResults.Ok(connection);
    }

    static async Task<Ok<ConnectionSummary>> GetAsync(string connectionId, Caller caller, IGrainFactory grains) =>
        TypedResults.Ok(await grains.Project(caller.Project).GetConnectionAsync(Id(connectionId)));

    static async Task<NoContent> DeleteAsync(string connectionId, Caller caller, IGrainFactory grains)
    {
        await grains.Project(caller.Project).DeleteConnectionAsync(Id(connectionId));
        return TypedResults.NoContent();
    }

    static async Task<Ok<ConnectionTest>> TestAsync(string connectionId, Caller caller, IGrainFactory grains) =>
        TypedResults.Ok(await grains.Project(caller.Project).TestConnectionAsync(Id(connectionId)));

    static ConnectionId Id(string connectionId) => RouteIds.Parse<ConnectionId>("Connection", connectionId);
}
