using FlowRuns.Runs;

namespace FlowRuns.Gateway.Webhooks;

/// <summary>The answer to a delivery whose run is durable and goes on.</summary>
sealed record WebhookAccepted(RunId RunId, RunStatus Status)
{
    public static Task WriteAsync(HttpContext context, int statusCode, RunId run, RunStatus status = RunStatus.Running)
    {
        context.Response.StatusCode = statusCode;
        return context.Response.WriteAsJsonAsync(new WebhookAccepted(run, status), ApiJson.TypeInfo<WebhookAccepted>(), contentType: null, context.RequestAborted);
    }
}
