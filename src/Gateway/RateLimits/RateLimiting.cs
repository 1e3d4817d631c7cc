using FlowRuns.Gateway.Auth;
using Microsoft.AspNetCore.Authentication;

namespace FlowRuns.Gateway.RateLimits;

/// <summary>Counts every request, those that fail too, and tells the caller where it stands. Probes and scrapers are no callers.</summary>
sealed class RateLimiting(RequestDelegate next, HourlyWindows windows, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (Covers(context.Request.Path) && !await TryTakeAsync(context))
            return;
        await next(context);
    }

    static bool Covers(PathString path) => !path.StartsWithSegments("/health") && !path.StartsWithSegments("/metrics");

    async Task<bool> TryTakeAsync(HttpContext context)
    {
        CallerIdentity? caller = null;
        RateLimitCount count;
        try
        {
            caller = (await context.AuthenticateAsync(ApiKeyAuthentication.SchemeName)).Principal?.Identity as CallerIdentity;
        }
        finally
        {
            // Also when keys cannot be checked at the moment: that answer carries the headers as well.
            count = caller is null ? windows.TakeForAddress(context.Connection.RemoteIpAddress) : windows.TakeForKey(caller.Key.Id);
            var headers = context.Response.Headers;
            headers["X-RateLimit-Limit"] = count.Limit.ToString();
            headers["X-RateLimit-Remaining"] = count.Remaining.ToString();
            headers["X-RateLimit-Reset"] = count.Reset.ToUnixTimeSeconds().ToString();
        }

        if (!count.Allowed)
        {
            var error = ApiError.Of(StatusCodes.Status429TooManyRequests, $"All {count.Limit} requests of this hour are used up; the next hour starts with the time in X-RateLimit-Reset.");
            await (error with { RetryAfter = count.Reset - time.GetUtcNow() }).WriteAsync(context);
        }

        return count.Allowed;
    }
}
