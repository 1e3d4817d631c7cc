using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlowRuns.Gateway.Tests.Server;

/// <summary>What HTTP steps call, on loopback.</summary>
/// <remarks><c>/echo</c> hands the Authorization header back, <c>/refuse</c> answers 400, <c>/flaky/{name}</c> fails once, <c>/held/{name}</c> answers when it is let go.</remarks>
sealed class StepTarget : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<string, Held> _held = [];
    readonly ConcurrentDictionary<string, bool> _failed = [];
    readonly WebApplication _app;

    StepTarget()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        _app = builder.Build();
        _app.Map("/echo", (HttpRequest request) => Results.Ok(new { seen = request.Headers.Authorization.ToString() }));
        _app.Map("/refuse", () => Results.Text("no such customer", statusCode: StatusCodes.Status400BadRequest));
        _app.Map("/flaky/{name}", (string name) => _failed.TryAdd(name, true) ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Ok(true));
        _app.Map("/held/{name}", HoldAsync);
    }

    public string Url => _app.Urls.Single();

    public static async Task<StepTarget> StartAsync()
    {
        var target = new StepTarget();
        await target._app.StartAsync();
        return target;
    }

    /// <summary>Returns when the call has come in.</summary>
    public Task ArrivedAsync(string name) => Find(name).Arrived.Task.WaitAsync(Deadline);

    public void LetGo(string name) => Find(name).LetGo.TrySetResult();

    /// <summary>Returns when whoever called has hung up.</summary>
    public Task HungUpAsync(string name) => Find(name).HungUp.Task.WaitAsync(Deadline);

    public void LetAllGo()
    {
        foreach (var held in _held.Values)
            held.LetGo.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        LetAllGo();
        await _app.DisposeAsync();
    }

    async Task HoldAsync(string name, CancellationToken hangUp)
    {
        var held = Find(name);
        held.Arrived.TrySetResult();
        try
        {
            await held.LetGo.Task.WaitAsync(hangUp);
        }
        catch (OperationCanceledException)
        {
            held.HungUp.TrySetResult();
        }
    }

    Held Find(string name) => _held.GetOrAdd(name, _ => new Held());

    sealed class Held
    {
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource LetGo { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource HungUp { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
