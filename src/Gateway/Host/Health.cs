using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FlowRuns.Gateway.Host;

/// <summary>Liveness is local and cheap; startup and readiness ask whatever is tagged for them: what is away must not get processes killed.</summary>
public static class Health
{
    public const string Ready = "ready";

    /// <summary>For what has to be well once before the other probes count.</summary>
    public const string Starting = "startup";

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", With(_ => false));
        app.MapHealthChecks("/health/startup", With(c => c.Tags.Contains(Starting)));
        app.MapHealthChecks("/health/ready", With(c => c.Tags.Contains(Ready)));
    }

    static HealthCheckOptions With(Func<HealthCheckRegistration, bool> which) => new() { Predicate = which, ResponseWriter = WriteAsync };

    static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status == HealthStatus.Healthy ? "up" : "down",
        checks = report.Entries.ToDictionary(e => e.Key, e => e.Value.Description ?? e.Value.Status.ToString()),
    });
}
