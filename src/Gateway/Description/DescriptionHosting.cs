using Microsoft.AspNetCore.OpenApi;
using Scalar.AspNetCore;

namespace FlowRuns.Gateway.Description;

/// <summary>The API described for programs, at <c>/openapi/v1.json</c>, and for people, at <c>/docs</c>. Both are the same for everybody, so neither asks for a key.</summary>
static class DescriptionHosting
{
    const string DocumentName = DescriptionDocument.Name;

    public static void AddApiDescription(this IServiceCollection services) => services.AddSingleton<DescriptionDocument>().AddOpenApi(DocumentName, options =>
    {
        options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("api/v1/") ?? false;
        options.AddSchemaTransformer<WireSchemas>();
        options.AddOperationTransformer<OperationDetails>();
        options.AddOperationTransformer<ErrorResponses>();
        options.AddDocumentTransformer<DocumentFrame>();
        options.AddDocumentTransformer<FlowSchemas>();
        options.AddDocumentTransformer<AbsentNotNull>();
    });

    public static void MapApiDescription(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet($"/openapi/{DocumentName}.json", async (DescriptionDocument document) => TypedResults.Bytes(await document.Json, "application/json"))
            .AllowAnonymous()
            .ExcludeFromDescription();

        endpoints.MapGet("/", () => TypedResults.Redirect("/docs")).AllowAnonymous().ExcludeFromDescription();

        // The page's script comes from its package; the rest would call other people's servers.
        endpoints.MapScalarApiReference("/docs", page => page
                .WithTitle("FlowRuns API")
                .WithOpenApiRoutePattern("/openapi/{documentName}.json")
                .AddDocument(DocumentName)
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideClientButton()
                .HideDeveloperTools())
            .AllowAnonymous();
    }
}
