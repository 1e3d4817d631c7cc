using System.Text;
using Microsoft.Net.Http.Headers;

namespace FlowRuns.Gateway.Flows;

/// <summary>A flow, or a version of one: in YAML where the caller prefers that, else in JSON.</summary>
sealed class FlowAnswer<T>(T document, string? location = null) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        if (location is not null)
        {
            response.StatusCode = StatusCodes.Status201Created;
            response.Headers.Location = location;
        }

        var yaml = PrefersYaml(httpContext.Request);
        response.ContentType = yaml ? $"{FlowSource.YamlType}; charset=utf-8" : "application/json; charset=utf-8";
        var body = yaml ? Encoding.UTF8.GetBytes(FlowText.Yaml(document)) : FlowText.Json(document);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    // The media type that the caller weighs highest; JSON where both weigh the same, and where neither is asked for.
    static bool PrefersYaml(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;

        var yaml = accepted.Where(a => FlowSource.IsYaml(a.MediaType.Value)).Max(a => (double?)(a.Quality ?? 1)) ?? 0;
        var json = accepted.Where(a => a.MatchesMediaType("application/json")).Max(a => (double?)(a.Quality ?? 1)) ?? 0;
        return yaml > json;
    }
}

static class FlowAnswerDescription
{
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder endpoint, int statusCode = StatusCodes.Status200OK) =>
        endpoint.Produces<T>(statusCode, "application/json", FlowSource.YamlType);
}
