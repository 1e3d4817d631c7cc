using System.Collections.Immutable;
using System.Net;
using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Steps.Http;
using Microsoft.Extensions.Options;

namespace FlowRuns.Steps;

/// <summary>One HTTP request, through <see cref="EgressGuard"/>. Receivers can drop repeats by its <c>Idempotency-Key</c>, which is the attempt key.</summary>
sealed class HttpRequestStep(EgressGuard egress, IOptions<StepsOptions> options, TimeProvider time) : IStep
{
    const int MostRedirects = 10;

    public string Type => "http.request";

    public string Description => "Sends an HTTP request and hands back the answer.";

    public ImmutableArray<string> Connections => ["http"];

    public bool ConnectionOptional => true;

    public bool HasEffects => true;

    public JsonData InputSchema { get; } = JsonSchemaText.Of("""
        {
          "type": "object",
          "required": ["url"],
          "additionalProperties": false,
          "properties": {
            "url": { "type": "string", "minLength": 1, "description": "A URL of http or https, or a path below the connection's baseUrl." },
            "method": { "type": "string", "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], "description": "Default GET." },
            "headers": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean", "null"] }, "description": "Header names and values; null leaves one out." },
            "query": {
              "type": "object",
              "additionalProperties": { "type": ["string", "number", "boolean", "null", "array"], "items": { "type": ["string", "number", "boolean", "null"] } },
              "description": "Names and values to add to the URL's query; a list gives its name several times, null leaves one out."
            },
            "body": { "description": "Any value; null sends none." },
            "bodyType": { "type": "string", "enum": ["json", "text", "form"], "description": "How the body is sent. Default: a string as text, anything else as JSON." },
            "responseType": { "type": "string", "enum": ["auto", "json", "text"], "description": "How the answer's body is read. Default auto: as JSON where the server says it is." },
            "failOnError": { "type": "boolean", "description": "Whether a status of 400 or more fails the step. Default true." },
            "followRedirects": { "type": "boolean", "description": "Default true, at most 10." },
            "maxResponseBytes": { "type": "integer", "minimum": 1, "maximum": 67108864, "description": "A larger body fails the step. Default 1048576." }
          }
        }
        """);

    public JsonData OutputSchema { get; } = JsonSchemaText.Of("""
        {
          "type": "object",
          "required": ["status", "headers", "body"],
          "properties": {
            "status": { "type": "integer" },
            "headers": { "type": "object", "additionalProperties": { "type": "string" }, "description": "By names in lower case." },
            "body": { "description": "The value of a JSON body, the text of any other, null of none." }
          }
        }
        """);

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var input = new HttpInput(context.Input);
        try
        {
            var target = HttpTarget.Of(input.Url, input.Query, context.Connection);
            var message = new HttpMessage(input, context, target);
            var outcome = await SendAsync(input, message, target.Url, context.Connection?.Mask ?? SecretMask.None, cancellationToken);
            return outcome.Masked(context.Connection);
        }
        catch (FormatException e)
        {
            return new StepOutcome.Failed(e.Message, Final: true).Masked(context.Connection);
        }
    }

    async Task<StepOutcome> SendAsync(HttpInput input, HttpMessage message, Uri url, SecretMask mask, CancellationToken cancellationToken)
    {
        var (method, withBody) = (input.Method, true);
        for (var redirects = 0; ; redirects++)
        {
            using var request = message.To(url, method, withBody);
            try
            {
                using var answer = await egress.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (!input.FollowRedirects || Redirect.Of(answer, url, method) is not { } redirect)
                    return await OutcomeAsync(answer, input, mask, cancellationToken);
                if (redirects == MostRedirects)
                    return new StepOutcome.Failed($"{url.Authority} redirects once more after {MostRedirects} redirects.", Final: true);

                // A method that becomes GET leaves its body behind.
                (withBody, url, method) = (withBody && redirect.Method == method, redirect.Url, redirect.Method);
            }
            catch (Exception e) when (SendFailure.IsExpected(e, cancellationToken))
            {
                return SendFailure.Of(e, url);
            }
        }
    }

    async Task<StepOutcome> OutcomeAsync(HttpResponseMessage answer, HttpInput input, SecretMask mask, CancellationToken cancellationToken)
    {
        if (answer.StatusCode >= HttpStatusCode.BadRequest && input.FailOnError)
        {
            var message = await HttpAnswer.ToErrorAsync(answer, mask, cancellationToken);
            return new StepOutcome.Failed(message, Final: !IsTransient(answer.StatusCode), RetryAfter.Of(answer.Headers, time.GetUtcNow()));
        }

        var limit = input.MaxResponseBytes ?? options.Value.HttpMaxResponseBytes;
        return await HttpAnswer.ToOutputAsync(answer, input.ResponseType, limit, mask, cancellationToken) is { } output
            ? new StepOutcome.Succeeded(output)
            : new StepOutcome.Failed($"The answer is larger than {limit} bytes: ask for less, or raise maxResponseBytes.", Final: true);
    }

    static bool IsTransient(HttpStatusCode status) => status is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
}
