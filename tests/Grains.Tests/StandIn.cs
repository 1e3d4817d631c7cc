using System.Collections.Concurrent;
using System.Text;
using FlowRuns.Connections;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlowRuns.Grains.Tests;

/// <summary>A real HTTP server on loopback that answers as a test says, and keeps what it was asked.</summary>
sealed class StandIn : IAsyncDisposable
{
    readonly WebApplication _app;

    StandIn(WebApplication app)
    {
        _app = app;
    }

    public ConcurrentQueue<Received> Requests { get; } = [];

    public Uri Url => new(_app.Urls.Single());

    public static async Task<StandIn> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var standIn = new StandIn(builder.Build());
        standIn._app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
            standIn.Requests.Enqueue(new Received(
                context.Request.Method,
                $"{context.Request.Path}{context.Request.QueryString}",
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await body.ReadToEndAsync()));
            await answer(context);
        });
        await standIn._app.StartAsync();
        return standIn;
    }

    /// <summary>A guard for which loopback is no private address.</summary>
    public static EgressGuard OpenGuard() => new(new EgressOptions { Allow = ["127.0.0.0/8", "::1"] });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    public sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
}
