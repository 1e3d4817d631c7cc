using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>The OpenAPI document, made once: endpoints do not change while the process runs, and anybody may ask for it.</summary>
sealed class DescriptionDocument([FromKeyedServices(DescriptionDocument.Name)] IOpenApiDocumentProvider provider)
{
    public const string Name = "v1";

    readonly Lazy<Task<byte[]>> _json = new(() => MakeAsync(provider));

    public Task<byte[]> Json => _json.Value;

    static async Task<byte[]> MakeAsync(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        return json.ToArray();
    }
}
