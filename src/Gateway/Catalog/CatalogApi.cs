using FlowRuns.Gateway.Auth;
using FlowRuns.Steps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Catalog;

/// <summary>The step types that flows can use.</summary>
static class CatalogApi
{
    public static void MapCatalog(this IEndpointRouteBuilder api) =>
        api.MapGet("/pieces", ListAsync).WithTags("Catalog").WithName("listPieces").WithSummary("Lists the step types with the JSON schemas of their input and output.");

    static async Task<Ok<PieceList>> ListAsync(Caller caller, IGrainFactory grains) =>
        TypedResults.Ok(new PieceList(await grains.GetGrain<ICatalogGrain>(caller.Project.ToString()).ListPiecesAsync()));
}
