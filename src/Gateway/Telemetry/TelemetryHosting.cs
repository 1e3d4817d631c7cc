using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FlowRuns.Gateway.Telemetry;

/// <summary>Metrics and traces of a host, by OpenTelemetry's own environment variables: without an endpoint nothing is exported, and traces are off.</summary>
public static class TelemetryHosting
{
    const string MetricsPath = "/metrics";
    const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    static readonly string[] Meters = ["FlowRuns", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    /// <summary>Whether spans are exported; if not, the host need not hand trace contexts from grain to grain.</summary>
    public static bool HasTraces(this IConfiguration configuration) => Exports(configuration, "TRACES");

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<MetricsOptions>()
            .BindConfiguration(MetricsOptions.Section)
            .Validate(
                o => o.Key is null || (o.Key.Length >= MetricsOptions.MinKeyLength && VisibleAscii.Fits(o.Key, 256)),
                $"{MetricsOptions.Section}:Key must be {MetricsOptions.MinKeyLength} to 256 visible ASCII characters.")
            .ValidateOnStart();

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("flowruns", serviceVersion: typeof(TelemetryHosting).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector());
        if (builder.Configuration.HasTraces())
            telemetry.WithTracing(AddTraces);

        var (scraped, exported) = (HasMetricsPage(builder.Configuration), Exports(builder.Configuration, "METRICS"));
        if (scraped || exported)
            telemetry.WithMetrics(metrics => AddMetrics(metrics, scraped, exported));
    }

    public static void MapTelemetry(this WebApplication app)
    {
        if (HasMetricsPage(app.Configuration))
            app.MapPrometheusScrapingEndpoint(MetricsPath, meterProvider: null, branch => branch.UseMiddleware<MetricsDoor>(), optionsName: null);
    }

    static void AddTraces(TracerProviderBuilder traces) => traces
        .AddSource("FlowRuns", "Microsoft.Orleans.Application", "Npgsql")
        .AddAspNetCoreInstrumentation(http =>
        {
            http.Filter = static context => context.Request.Path.StartsWithSegments("/api");

            // Keys of webhooks may stand there.
            http.EnrichWithHttpRequest = static (activity, _) => activity.SetTag("url.query", null);
        })
        .AddProcessor<SpanRedaction>()
        .AddOtlpExporter();

    static void AddMetrics(MeterProviderBuilder metrics, bool scraped, bool exported)
    {
        metrics.AddMeter(Meters);
        if (scraped)
            metrics.AddPrometheusExporter();
        if (exported)
            metrics.AddOtlpExporter();
    }

    static bool HasMetricsPage(IConfiguration configuration) => configuration.GetValue($"{MetricsOptions.Section}:{nameof(MetricsOptions.Enabled)}", defaultValue: true);

    static bool Exports(IConfiguration configuration, string signal) =>
        !string.IsNullOrEmpty(configuration[Endpoint]) || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);
}
