using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>Turns "may be null" into "may be absent", which is how this API writes a field without a value. The cursor is the exception.</summary>
sealed class AbsentNotNull : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var schema in document.Components!.Schemas!.Values.OfType<OpenApiSchema>())
            Visit(schema);
        return Task.CompletedTask;
    }

    static void Visit(OpenApiSchema schema)
    {
        foreach (var (name, field) in schema.Properties?.ToArray() ?? [])
        {
            if (name == "cursor")
                continue;
            if (IsNullable(field))
                schema.Required?.Remove(name);
            schema.Properties![name] = WithoutNull(field);
        }

        if (schema.Items is OpenApiSchema items)
            Visit(items);
        schema.Type &= ~JsonSchemaType.Null;
        schema.Enum = schema.Enum?.Where(value => value is not null && value.GetValueKind() != System.Text.Json.JsonValueKind.Null).ToList();
    }

    static IOpenApiSchema WithoutNull(IOpenApiSchema field)
    {
        if (field.OneOf is [{ Type: JsonSchemaType.Null }, var only])
            return only;
        if (field is OpenApiSchema schema)
            Visit(schema);
        return field;
    }

    static bool IsNullable(IOpenApiSchema field) => field.Type?.HasFlag(JsonSchemaType.Null) == true || field.OneOf is [{ Type: JsonSchemaType.Null }, _];
}
