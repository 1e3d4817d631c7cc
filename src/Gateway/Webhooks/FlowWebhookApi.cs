using FlowRuns.Flows;
using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Runs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Webhooks;

/// <summary>A flow's webhook as its owner sees it.</summary>
static class FlowWebhookApi
{
    public static void MapFlowWebhook(this IEndpointRouteBuilder api)
    {
        var webhook = api.MapGroup("/flows/{flowId}/webhook").WithTags("Webhooks");
        webhook.MapGet("/", GetAsync).WithName("getWebhook").WithSummary("Shows where and how a flow's webhook is called.");
        webhook.MapPost("/security", SecureAsync).WithName("setWebhookSecurity").WithSummary("Chooses from which addresses the webhook takes deliveries.").RequireAuthorization(ScopePolicies.Write);
    }

    static async Task<Ok<WebhookDocument>> GetAsync(string flowId, HttpRequest request, Caller caller, IGrainFactory grains) =>
        TypedResults.Ok(WebhookDocument.Of(await Flow(grains, flowId).GetWebhookAsync(caller.Project), request));

    static async Task<Ok<WebhookDocument>> SecureAsync(string flowId, RequestBody body, HttpRequest request, Caller caller, IGrainFactory grains)
    {
        var allowed = body.Read<WebhookSecurityRequest>().ToAllowedIPs();
        return TypedResults.Ok(WebhookDocument.Of(await Flow(grains, flowId).SetWebhookSecurityAsync(caller.Project, allowed), request));
    }

    static IFlowGrain Flow(IGrainFactory grains, string flowId) => grains.Flow(RouteIds.Parse<FlowId>("Flow", flowId));
}
