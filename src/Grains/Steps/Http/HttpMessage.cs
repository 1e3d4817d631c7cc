using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FlowRuns.Connections;

namespace FlowRuns.Steps.Http;

/// <summary>Builds the requests of one attempt: the first, and one for each redirect.</summary>
/// <remarks>Credentials go to their own origin only, and once a redirect left it they stay behind, even when another leads back.</remarks>
sealed class HttpMessage(HttpInput input, StepContext context, HttpTarget target)
{
    bool _leftOrigin;

    /// <exception cref="FormatException">A header or the body cannot be sent; the message says why.</exception>
    public HttpRequestMessage To(Uri url, HttpMethod method, bool withBody)
    {
        _leftOrigin |= !HttpTarget.SameOrigin(url, target.Url);
        var request = new HttpRequestMessage(method, url);
        if (withBody && input.Body is { } body)
            request.Content = Content(body);

        foreach (var (name, value) in Headers(url))
        {
            if (RequestHeader.Problem(name, value) is { } problem)
                throw new FormatException(problem);
            if (request.Headers.TryAddWithoutValidation(name, value) || request.Content is null)
                continue;

            // A header of the content: without any, there is nothing that it could describe.
            request.Content.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    Dictionary<string, string> Headers(Uri url)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Idempotency-Key"] = context.AttemptKey };
        if (context.TraceParent is { } traceParent)
            headers["traceparent"] = traceParent;
        if (context.Connection is { } connection && !_leftOrigin && target.Credentials is { } own && HttpTarget.SameOrigin(url, own))
        {
            foreach (var (name, value) in ConnectionSecrets.HeadersOf(connection))
                headers[name] = value;
        }

        foreach (var (name, value) in input.Headers.Where(header => !_leftOrigin || header.Key.ToUpperInvariant() is not ("AUTHORIZATION" or "COOKIE")))
            headers[name] = value;
        return headers;
    }

    HttpContent Content(JsonElement body)
    {
        var type = input.BodyType ?? (body.ValueKind == JsonValueKind.String ? "text" : "json");
        var text = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText();
        return type switch
        {
            "text" => new StringContent(text, Encoding.UTF8, "text/plain"),
            "form" when body.ValueKind == JsonValueKind.Object => new FormUrlEncodedContent(HttpInput.Pairs(body)),
            "form" => throw new FormatException("A body of type 'form' has to be an object of names and values."),
            _ => new StringContent(body.GetRawText(), new MediaTypeHeaderValue("application/json")),
        };
    }
}
