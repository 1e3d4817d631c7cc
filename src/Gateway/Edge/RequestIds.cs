using System.Diagnostics;

namespace FlowRuns.Gateway.Edge;

/// <summary>Names every request: <c>X-Request-Id</c> is echoed when it is 1 to 128 visible ASCII characters, else made.</summary>
sealed class RequestIds(RequestDelegate next, ILogger<RequestIds> log)
{
    const string Header = "X-Request-Id";
    const int MaxLength = 128;

    public async Task InvokeAsync(HttpContext context)
    {
        var id = context.Request.Headers[Header] is [{ } given] && VisibleAscii.Fits(given, MaxLength)
            ? given
            : ActivityTraceId.CreateRandom().ToHexString();
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;

        using (log.BeginScope(new KeyValuePair<string, object>[] { new("RequestId", id) }))
            await next(context);
    }
}
