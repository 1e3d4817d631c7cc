using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Catalog;
using FlowRuns.Gateway.Dashboard;
using FlowRuns.Gateway.Description;
using FlowRuns.Gateway.Edge;
using FlowRuns.Gateway.Flows;
using FlowRuns.Gateway.Paging;
using FlowRuns.Gateway.Projects;
using FlowRuns.Gateway.RateLimits;
using FlowRuns.Gateway.Runs;
using FlowRuns.Gateway.Schedules;
using FlowRuns.Gateway.Webhooks;
using Microsoft.Extensions.Options;

namespace FlowRuns.Gateway;

/// <summary>The HTTP API as part of a host. The host brings an <see cref="IGrainFactory"/>: it is a silo, or an Orleans client.</summary>
public static class GatewayHosting
{
    public static void AddGateway(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.AddEdge();
        builder.Services.AddPageCursors();
        builder.Services.AddApiKeys();
        builder.Services.AddRateLimits();
        builder.Services.AddApiDescription();
        builder.Services.AddDashboardLogin();
    }

    /// <summary>Adds the API and what surrounds every request of the host. Call it before mapping anything else.</summary>
    public static void MapGateway(this WebApplication app)
    {
        app.UseTrustedProxies(app.Services.GetRequiredService<IOptions<HttpLimits>>().Value);
        app.UseMiddleware<RequestIds>();
        app.UseMiddleware<AnswerHeaders>();
        app.UseMiddleware<ErrorAnswers>();
        app.UseMiddleware<RateLimiting>();
        app.UseMiddleware<FramingGuard>();
        app.UseDashboardCompression();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<OneRetry>();

        var api = app.MapGroup("/api/v1").RequireAuthorization(ScopePolicies.Read);
        api.MapFlows();
        api.MapRuns();
        api.MapRunStarts();
        api.MapSchedules();
        api.MapFlowWebhook();
        api.MapWebhooks();
        api.MapConnections();
        api.MapKeys();
        api.MapProjects();
        api.MapCatalog();
        app.MapApiDescription();
        app.MapDashboard();
    }
}
