using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>Schemas of types that no endpoint shows by its signature, kept among the document's components like the others.</summary>
static class SharedSchemas
{
    public static async Task<IOpenApiSchema> GetAsync(Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
            document.AddComponent<IOpenApiSchema>(type.Name, await context.GetOrCreateSchemaAsync(type, parameterDescription: null, cancellationToken));
        return new OpenApiSchemaReference(type.Name, document);
    }
}
