using System.Net.Http.Headers;

namespace FlowRuns.Steps.Http;

/// <summary>How long a server asks to wait (RFC 9110, 10.2.3), given in seconds or as a date.</summary>
static class RetryAfter
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.RetryAfter is not { } given)
            return null;

        var wait = given.Delta ?? given.Date!.Value - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
    }
}
