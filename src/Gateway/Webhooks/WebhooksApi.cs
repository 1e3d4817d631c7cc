using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Gateway.Edge;
using FlowRuns.Gateway.Runs;
using FlowRuns.Projects;
using FlowRuns.Webhooks;

namespace FlowRuns.Gateway.Webhooks;

/// <summary>The public side of webhooks: where other systems deliver. Needs no API key; what it needs instead, each flow says.</summary>
static class WebhooksApi
{
    const string RunIdHeader = "X-Run-Id";

    static readonly string[] Methods = ["Get", "Post", "Put", "Patch", "Delete"];

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        foreach (var method in Methods)
        {
            api.MapMethods("/webhooks/{flowId}", [method.ToUpperInvariant()], DeliverAsync)
                .AllowAnonymous()
                .WithMetadata(new NeverRepeat())
                .WithTags("Webhooks")
                .WithName($"deliverBy{method}")
                .WithSummary($"Delivers to the flow's webhook by {method.ToUpperInvariant()}.")
                .Produces<WebhookAccepted>()
                .Produces<WebhookAccepted>(StatusCodes.Status202Accepted);
        }
    }

    static async Task DeliverAsync(string flowId, HttpContext context, IGrainFactory grains, TimeProvider time, IHostApplicationLifetime host, CancellationToken cancellationToken)
    {
        if (!FlowId.TryParse(flowId, null, out var flow))
        {
            await ApiError.Of(StatusCodes.Status404NotFound).WriteAsync(context);
            return;
        }

        var delivery = await ReadAsync(context);
        var reply = await grains.GetGrain<IWebhookGrain>(flow.ToString()).ReceiveAsync(delivery);
        if (reply.Run is not { } run)
        {
            await RefuseAsync(context, reply);
            return;
        }

        context.Response.Headers[RunIdHeader] = run.Id.ToString();
        if (reply.Wait is not { } wait)
            await WebhookAccepted.WriteAsync(context, StatusCodes.Status200OK, run.Id);
        else if (await grains.WaitForRunAsync(reply.Project, run, wait, time, host.ApplicationStopping, cancellationToken) is { } ended
            && await FindVersionAsync(grains.Flow(flow), reply.Project, ended.FlowVersion) is { } version)
            await RunAnswer.WriteAsync(context, ended, version);
        else
            await WebhookAccepted.WriteAsync(context, StatusCodes.Status202Accepted, run.Id);
    }

    /// <summary>Null where it cannot be read now: the run is accepted, and an error would have the sender deliver again.</summary>
    static async Task<FlowVersion?> FindVersionAsync(IFlowGrain flow, ProjectId project, int version)
    {
        try
        {
            return await flow.GetVersionAsync(project, version);
        }
        catch (Exception e) when (ApiErrors.IsInterruption(e) || e is RequestRefusedException { Reason: RefusalReason.Unavailable or RefusalReason.NotFound })
        {
            return null;
        }
    }

    static async Task<WebhookDelivery> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        return new WebhookDelivery
        {
            Method = request.Method,
            Address = context.Connection.RemoteIpAddress?.ToString() ?? "",
            Headers = [.. request.Headers.SelectMany(header => header.Value, (header, value) => KeyValuePair.Create(header.Key.ToLowerInvariant(), value ?? ""))],
            Query = request.QueryString.Value ?? "",
            Body = await RequestBody.ReadBytesAsync(context),
            TraceParent = TraceParents.Of(request),
        };
    }

    static Task RefuseAsync(HttpContext context, WebhookReply reply)
    {
        switch (reply.Verdict)
        {
            case WebhookVerdict.AddressRefused:
                return ApiError.Of(StatusCodes.Status403Forbidden, "Deliveries are not taken from this address.").WriteAsync(context);
            case WebhookVerdict.MethodRefused:
                context.Response.Headers.Allow = reply.Allow;
                return ApiError.Of(StatusCodes.Status405MethodNotAllowed).WriteAsync(context);
            case WebhookVerdict.NotAuthentic:
                context.Response.Headers.WWWAuthenticate = "Webhook";
                return ApiError.Of(StatusCodes.Status401Unauthorized, "The delivery is not authentic.").WriteAsync(context);
            default:
                return ApiError.Of(StatusCodes.Status404NotFound).WriteAsync(context);
        }
    }
}
