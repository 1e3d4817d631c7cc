namespace FlowRuns.Gateway.Edge;

/// <summary>Answers of the API are data of one moment and one caller: never sniffed, never kept by caches.</summary>
sealed class AnswerHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (context.Request.Path.StartsWithSegments("/api"))
            headers.CacheControl = "no-store";
        return next(context);
    }
}
