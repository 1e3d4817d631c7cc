using System.Collections.Concurrent;
using System.Net;
using FlowRuns.Failover.Checker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FlowRuns.Failover.Tests.Load;

/// <summary>Where HTTP steps go. It writes down each call on arrival and outlives every crash of the server.</summary>
/// <remarks><c>/fast</c> answers at once, <c>/slow</c> after a moment, <c>/flaky</c> refuses the first call of each key, <c>/held</c> never answers it, <c>/broken</c> refuses all.</remarks>
sealed class HttpSink : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentDictionary<string, int> calls = new();

    HttpSink(string logPath, TimeSpan slow, IPAddress address)
    {
        Log = new(logPath);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{address}:0");
        app = builder.Build();
        app.Run(async context =>
        {
            context.Response.StatusCode = Receive(context.Request);
            if (context.Request.Path == "/slow")
                await Task.Delay(slow, context.RequestAborted);
            if (context.Response.StatusCode == StatusCodes.Status102Processing)
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new { received = true }, context.RequestAborted);
        });
    }

    public RunLog<SinkCall> Log { get; }

    public Uri Url => new(app.Urls.Single());

    public static async Task<HttpSink> StartAsync(string logPath, TimeSpan slow, IPAddress? address = null)
    {
        var sink = new HttpSink(logPath, slow, address ?? IPAddress.Loopback);
        await sink.app.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Log.Dispose();
    }

    int Receive(HttpRequest request)
    {
        string? key = request.Headers["Idempotency-Key"];
        Log.Write(new SinkCall { At = TimeProvider.System.GetUtcNow(), Path = request.Path, Key = key });
        return request.Path.Value switch
        {
            "/broken" => StatusCodes.Status500InternalServerError,
            "/flaky" when IsFirst(key) => StatusCodes.Status503ServiceUnavailable,
            "/held" when IsFirst(key) => StatusCodes.Status102Processing,
            _ => StatusCodes.Status200OK,
        };
    }

    bool IsFirst(string? key) => calls.AddOrUpdate(key ?? "", 1, (_, count) => count + 1) == 1;
}
