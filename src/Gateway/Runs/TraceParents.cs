using System.Diagnostics;

namespace FlowRuns.Gateway.Runs;

/// <summary>The W3C <c>traceparent</c> that a run keeps of the request that started it.</summary>
static class TraceParents
{
    /// <summary>Our own span's id when there is one, else what the caller sent, if it is well-formed.</summary>
    public static string? Of(HttpRequest request)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
            return id;
        return request.Headers.TraceParent is [{ } given] && ActivityContext.TryParse(given, traceState: null, out _) ? given : null;
    }
}
