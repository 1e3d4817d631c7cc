using System.Text.Json;
using System.Text.Json.Nodes;
using FlowRuns.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FlowRuns.Gateway.Description;

/// <summary>Gives every operation the error answers that it can have, each shared by all of them.</summary>
sealed class ErrorResponses : IOpenApiOperationTransformer
{
    static readonly Dictionary<int, string> Descriptions = new()
    {
        [400] = "The request is not valid; `details` names every field that is at fault.",
        [401] = "There is no API key, or it is not valid, has expired or was revoked. Carries `WWW-Authenticate: Bearer`.",
        [403] = "The API key's scope does not allow this.",
        [404] = "Unknown, deleted, or another project's; which of them is not told.",
        [409] = "The state does not allow this.",
        [413] = "The body is larger than allowed.",
        [415] = "The body's media type is not taken here.",
        [429] = "The key has used up its requests; `Retry-After` tells when there are new ones.",
        [500] = "A fault on our side; the log has it under the request id.",
        [503] = "The database or the cluster is away for the moment. Nothing was done, or it will be found done when repeated after `Retry-After`.",
        [504] = "No answer came in time; the request may have been carried out all the same.",
    };

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Responses ??= [];
        foreach (var status in Statuses(operation))
        {
            var id = $"Error{status}";
            if (context.Document!.Components?.Responses?.ContainsKey(id) != true)
                context.Document.AddComponent<IOpenApiResponse>(id, await ResponseAsync(status, context, cancellationToken));
            operation.Responses[status.ToString()] = new OpenApiResponseReference(id, context.Document);
        }
    }

    static IEnumerable<int> Statuses(OpenApiOperation operation)
    {
        var hasId = operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) ?? false;
        var hasBody = operation.RequestBody is not null;
        return Descriptions.Keys.Where(status => status switch
        {
            400 => hasBody || (operation.Parameters?.Any(parameter => parameter.In != ParameterLocation.Path) ?? false),
            404 => hasId,
            409 => OperationNotes.Of(operation).CanConflict,
            413 or 415 => hasBody,
            _ => true,
        });
    }

    static async Task<OpenApiResponse> ResponseAsync(int status, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var response = new OpenApiResponse
        {
            Description = Descriptions[status],
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = await SharedSchemas.GetAsync(typeof(ErrorBody), context, cancellationToken),
                    Example = Example(status),
                },
            },
        };
        if (status is 429 or 503)
        {
            response.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
            };
        }

        return response;
    }

    static JsonNode? Example(int status)
    {
        var error = ApiError.Of(status);
        if (status == 400)
        {
            var details = new RequestRefusedException([new FieldError("limit", "'1000' is not a whole number from 1 to 100.")]);
            error = ApiErrors.From(details);
        }

        var body = new ErrorBody(new ErrorContent(error.Code, error.Message, status, error.Details, "0HNB3R2K9V1QH:00000004"));
        return JsonSerializer.SerializeToNode(body, ApiJson.TypeInfo<ErrorBody>());
    }
}
