using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Telemetry;

/// <summary>Lets a scraper with the key through, or, where there is no key, this machine only.</summary>
sealed class MetricsDoor(RequestDelegate next, IOptions<MetricsOptions> options)
{
    readonly byte[]? _expected = options.Value.Key is { } key ? Encoding.UTF8.GetBytes($"Bearer {key}") : null;

    public Task InvokeAsync(HttpContext context)
    {
        if (_expected is null ? IsOfThisMachine(context) : HasKey(context))
            return next(context);

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ApiError.Of(StatusCodes.Status401Unauthorized, $"Metrics are for this machine, and for those who send the key that {MetricsOptions.Section}:Key names.").WriteAsync(context);
    }

    // A proxy on this machine speaks for others, and says so.
    static bool IsOfThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");

    bool HasKey(HttpContext context) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), _expected);
}
