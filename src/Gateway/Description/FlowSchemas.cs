using System.Text.Json.Nodes;
using FlowRuns.Gateway.Flows;
using FlowRuns.Triggers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>Tells what of a flow's fields a body may set, and that an update may leave out any of them.</summary>
sealed class FlowSchemas : IOpenApiDocumentTransformer
{
    /// <summary>The component that describes the body of an update.</summary>
    public const string Change = "FlowChange";

    static readonly string[] Writable = ["name", "description", "trigger", "steps"];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var schemas = document.Components!.Schemas!;
        var fields = schemas[nameof(FlowDocument)].Properties!;
        document.AddComponent<IOpenApiSchema>(Change, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = Writable.ToDictionary(name => name, name => fields[name]),
        });

        foreach (var (_, field) in fields.Where(field => !Writable.Contains(field.Key)))
            MarkReadOnly(field);

        // The type of a trigger names runs started by flows and retries too; a flow's own trigger is neither.
        schemas[nameof(TriggerDefinition)].Properties!["type"] = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. new[] { TriggerType.Schedule, TriggerType.Webhook, TriggerType.Manual }.Select(type => (JsonNode)WireNames<TriggerType>.Of(type))],
        };
        return Task.CompletedTask;
    }

    static void MarkReadOnly(IOpenApiSchema field)
    {
        if (field is OpenApiSchemaReference reference)
            reference.ReadOnly = true;
        else if (field is OpenApiSchema schema)
            schema.ReadOnly = true;
    }
}
