using System.Text.Json.Nodes;
using FlowRuns.Gateway.Flows;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>Adds to each operation what <see cref="OperationNotes"/> has on it.</summary>
sealed class OperationDetails : IOpenApiOperationTransformer
{
    const string Json = "application/json";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var notes = OperationNotes.Of(operation);
        operation.Description = notes.Description ?? operation.Description;
        if (notes.NeedsNoKey)
            operation.Security = [new OpenApiSecurityRequirement()];
        AddParameters(operation, notes);
        if (notes.Body is { } body)
            operation.RequestBody = await BodyAsync(body, notes, context, cancellationToken);
        if (notes.Answer is { } answer)
            AddExamples(operation, answer);
    }

    static void AddParameters(OpenApiOperation operation, OperationNotes notes)
    {
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path))
            (parameter.Schema, parameter.Description) = Parameter.Path(parameter.Name!);
        foreach (var parameter in notes.Parameters)
            operation.Parameters.Add(parameter);
    }

    static async Task<OpenApiRequestBody> BodyAsync(Type type, OperationNotes notes, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var schema = notes.IsChange ? new OpenApiSchemaReference(FlowSchemas.Change, context.Document) : await SharedSchemas.GetAsync(type, context, cancellationToken);
        var body = new OpenApiRequestBody { Required = !notes.BodyIsOptional, Content = new Dictionary<string, OpenApiMediaType>() };
        foreach (var mediaType in notes.TakesYaml ? (string[])[Json, FlowSource.YamlType] : [Json])
            body.Content[mediaType] = new OpenApiMediaType { Schema = schema, Example = Example(notes.BodyExample!, mediaType) };
        return body;
    }

    static void AddExamples(OpenApiOperation operation, string example)
    {
        foreach (var response in operation.Responses?.Where(response => response.Key.StartsWith('2')).Select(response => response.Value) ?? [])
        {
            foreach (var (mediaType, content) in response.Content ?? new Dictionary<string, OpenApiMediaType>())
                content.Example = Example(example, mediaType);
        }
    }

    static JsonNode Example(string name, string mediaType) => mediaType == FlowSource.YamlType ? Examples.Yaml(name) : Examples.Json(name);
}
