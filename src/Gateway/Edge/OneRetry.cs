using Microsoft.AspNetCore.Http.Features;

namespace FlowRuns.Gateway.Edge;

/// <summary>Repeats once what a silo's end cut short, where a repeat does no harm: reads, and starts with an idempotency key.</summary>
sealed class OneRetry(RequestDelegate next, TimeProvider time)
{
    /// <summary>Until the cluster has found out where the grain is now.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsSafe(context))
        {
            await next(context);
            return;
        }

        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };
        if (hasBody)
            context.Request.EnableBuffering();
        try
        {
            await next(context);
        }
        catch (Exception e) when (ApiErrors.IsInterruption(e) && !context.Response.HasStarted)
        {
            await Task.Delay(Pause, time, context.RequestAborted);
            if (hasBody)
                context.Request.Body.Position = 0;
            await next(context);
        }
    }

    static bool IsSafe(HttpContext context)
    {
        var endpoint = context.GetEndpoint()?.Metadata;
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return endpoint?.GetMetadata<NeverRepeat>() is null;
        return endpoint?.GetMetadata<SafeToRepeat>() is { } safe && context.Request.Headers.ContainsKey(safe.Header);
    }
}
