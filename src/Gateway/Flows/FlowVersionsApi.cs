using System.Globalization;
using FlowRuns.Flows;
using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Paging;
using FlowRuns.Gateway.Runs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Flows;

/// <summary>What a flow was before its changes.</summary>
static class FlowVersionsApi
{
    public static void MapFlowVersions(this IEndpointRouteBuilder api)
    {
        var versions = api.MapGroup("/flows/{flowId}/versions").WithTags("Flows");
        versions.MapGet("/", ListAsync).WithName("listFlowVersions").WithSummary("Lists all versions of a flow, newest first.");
        versions.MapGet("/{version}", GetAsync).WithName("getFlowVersion").Answers<FlowVersionDocument>().WithSummary("Shows a version of a flow, in JSON or in YAML.");
        versions.MapPost("/{version}/restore", RestoreAsync).WithName("restoreFlowVersion").Answers<FlowDocument>().WithSummary("Makes a new version with an old one's trigger and steps.").RequireAuthorization(ScopePolicies.Write);
    }

    static async Task<Ok<Page<FlowVersionDocument>>> ListAsync(string flowId, Caller caller, IGrainFactory grains)
    {
        var versions = await grains.Flow(RouteIds.Parse<FlowId>("Flow", flowId)).ListVersionsAsync(caller.Project);
        return TypedResults.Ok(Page<FlowVersionDocument>.Whole([.. versions.Select(FlowVersionDocument.Row)]));
    }

    static async Task<FlowAnswer<FlowVersionDocument>> GetAsync(string flowId, string version, Caller caller, IGrainFactory grains)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        return new(FlowVersionDocument.Of(await grains.Flow(flow).GetVersionAsync(caller.Project, Number(version))));
    }

    static async Task<FlowAnswer<FlowDocument>> RestoreAsync(string flowId, string version, Caller caller, IGrainFactory grains)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        return new(FlowDocument.Of(await grains.Flow(flow).RestoreVersionAsync(caller.Project, Number(version))));
    }

    // Versions count from 1: anything else in the path is as unknown as a version that was never made.
    static int Number(string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw RouteIds.NotFound("Version", version);
}
