namespace FlowRuns.Gateway.Edge;

/// <summary>Refuses requests with both <c>Transfer-Encoding</c> and <c>Content-Length</c> (RFC 9112, 6.1): a proxy before us may have seen another body.</summary>
sealed class FramingGuard(RequestDelegate next)
{
    // Kestrel moves the Content-Length of such a request here before anybody sees it.
    const string SetAside = "X-Content-Length";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.TransferEncoding.Count == 0 || (headers.ContentLength is null && !headers.ContainsKey(SetAside)))
            return next(context);

        context.Response.Headers.Connection = "close";
        return ApiError.Of(StatusCodes.Status400BadRequest, "A request has a Content-Length or a Transfer-Encoding, not both.").WriteAsync(context);
    }
}
