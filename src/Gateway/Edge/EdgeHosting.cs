using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway.Edge;

/// <summary>The HTTP server of a process. It is part of the API; a host that serves health and metrics only adds it by itself.</summary>
public static class EdgeHosting
{
    static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Applies <c>FlowRuns:Http</c>: what one client may ask, and how long a stopping process still answers. A wrong value ends the start.</summary>
    public static void AddEdge(this IServiceCollection services)
    {
        // Kestrel takes a bare LF as the end of a header line otherwise, which other servers do not (request smuggling).
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);

        services.AddOptions<HttpLimits>()
            .BindConfiguration(HttpLimits.Section)
            .Validate(limits => limits.MaxBodyBytes is >= 1024 and <= 100 * 1024 * 1024, "FlowRuns:Http:MaxBodyBytes must be 1024 to 104857600.")
            .Validate(limits => limits.MaxConcurrentConnections is >= 1 and <= 1_000_000, "FlowRuns:Http:MaxConcurrentConnections must be 1 to 1000000.")
            .Validate(limits => limits.MaxHeaderBytes is >= 1024 and <= 1024 * 1024, "FlowRuns:Http:MaxHeaderBytes must be 1024 to 1048576.")
            .Validate(limits => limits.KeepAlive >= TimeSpan.FromSeconds(1) && limits.KeepAlive <= TimeSpan.FromHours(1), "FlowRuns:Http:KeepAlive must be 00:00:01 to 01:00:00.")
            .Validate(limits => Edge.TrustedProxies.Parse(limits.TrustedProxies) is not null, "FlowRuns:Http:TrustedProxies must be addresses or networks such as 10.0.0.0/8, separated by commas.")
            .Validate(limits => limits.ShutdownDelay >= TimeSpan.Zero && limits.ShutdownDelay <= TimeSpan.FromMinutes(1), "FlowRuns:Http:ShutdownDelay must be 00:00:00 to 00:01:00.")
            .ValidateOnStart();

        services.AddHostedService<ShutdownDelay>();
        services.AddOptions<HostOptions>().PostConfigure<IOptions<HttpLimits>>((host, limits) => host.ShutdownTimeout += limits.Value.ShutdownDelay);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpLimits>>((kestrel, limits) => Apply(kestrel, limits.Value));
    }

    static void Apply(KestrelServerOptions kestrel, HttpLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = limits.MaxConcurrentConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = limits.MaxConcurrentConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
    }
}
