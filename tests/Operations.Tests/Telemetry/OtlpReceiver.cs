using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlowRuns.Operations.Tests.Telemetry;

/// <summary>Stands where a collector would, and for what steps call, and keeps what comes.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    readonly ConcurrentQueue<byte[]> _traces = [];
    readonly ConcurrentQueue<byte[]> _metrics = [];
    readonly WebApplication _app;

    OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/traces", request => KeepAsync(request, _traces));
        _app.MapPost("/v1/metrics", request => KeepAsync(request, _metrics));
        _app.MapPost("/called", (HttpRequest request) => TraceParents.Enqueue(request.Headers.TraceParent.ToString()));
    }

    public string Url => _app.Urls.Single();

    /// <summary>Of the calls of steps.</summary>
    public ConcurrentQueue<string> TraceParents { get; } = [];

    public IReadOnlyList<Span> Spans => [.. _traces.SelectMany(Span.ReadAll)];

    /// <summary>Every byte that came, as Latin-1 text: strings stand in it as they are.</summary>
    public string Everything => string.Concat(_traces.Concat(_metrics).Select(Encoding.Latin1.GetString));

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
    };

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    static async Task KeepAsync(HttpContext context, ConcurrentQueue<byte[]> kept)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        kept.Enqueue(body.ToArray());
    }
}
