using System.Collections.Immutable;
using FlowRuns.Errors;
using Microsoft.AspNetCore.WebUtilities;

namespace FlowRuns.Gateway;

/// <summary>An error answer: what the envelope says and the header that goes with it.</summary>
sealed record ApiError(int StatusCode, string Code, string Message)
{
    public ImmutableArray<FieldError>? Details { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The answer for a status that came without a body.</summary>
    public static ApiError Of(int statusCode, string? message = null)
    {
        var (code, text) = statusCode switch
        {
            StatusCodes.Status401Unauthorized => ("UNAUTHORIZED", "An API key is required: Authorization: Bearer fs_live_..."),
            StatusCodes.Status403Forbidden => ("FORBIDDEN", "The API key does not allow this."),
            StatusCodes.Status404NotFound => ("NOT_FOUND", "There is nothing at this address."),
            StatusCodes.Status405MethodNotAllowed => ("METHOD_NOT_ALLOWED", "This address does not answer this method; Allow lists those it answers."),
            StatusCodes.Status408RequestTimeout => ("REQUEST_TIMEOUT", "The request took too long to arrive."),
            StatusCodes.Status409Conflict => ("CONFLICT", "The state does not allow this."),
            StatusCodes.Status413PayloadTooLarge => ("PAYLOAD_TOO_LARGE", "The request body is too large."),
            StatusCodes.Status415UnsupportedMediaType => ("UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8."),
            StatusCodes.Status429TooManyRequests => ("RATE_LIMIT_EXCEEDED", "Too many requests."),
            StatusCodes.Status503ServiceUnavailable => ("SERVICE_UNAVAILABLE", "The service is not available at the moment; repeat the request."),
            StatusCodes.Status504GatewayTimeout => ("GATEWAY_TIMEOUT", "No answer came in time; the request may have been carried out all the same."),
            < 500 => ("VALIDATION_ERROR", ReasonPhrases.GetReasonPhrase(statusCode)),
            _ => ("INTERNAL_ERROR", "Something went wrong on our side; the log has it under the request id."),
        };
        return new ApiError(statusCode, code, message ?? text);
    }

    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCode;
        response.ContentLength = null;
        if (RetryAfter is { } delay)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(delay.TotalSeconds)).ToString();

        var content = new ErrorContent(Code, Message, StatusCode, Details, context.TraceIdentifier);
        return response.WriteAsJsonAsync(new ErrorBody(content), ApiJson.TypeInfo<ErrorBody>(), contentType: null, context.RequestAborted);
    }
}
