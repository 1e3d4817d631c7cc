using FlowRuns.Flows;
using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Paging;
using FlowRuns.Runs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Runs;

/// <summary>The history of a flow's runs, and what can be done to one of them.</summary>
static class RunsApi
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/flows/{flowId}/runs").WithTags("Runs");
        runs.MapGet("/", ListAsync).WithName("listRuns").WithSummary("Lists a flow's runs, newest first.");
        runs.MapRunStats();
        runs.MapGet("/{runId}", GetAsync).WithName("getRun").WithSummary("Shows a run with its steps.");
        runs.MapDelete("/{runId}", DeleteAsync).WithName("deleteRun").WithSummary("Removes a finished run; the totals stay.").RequireAuthorization(ScopePolicies.Write);
        runs.MapPost("/{runId}/cancel", CancelAsync).WithName("cancelRun").WithSummary("Cancels a running run.").RequireAuthorization(ScopePolicies.Write);
    }

    static async Task<Ok<Page<RunSummary>>> ListAsync(string flowId, HttpRequest request, Caller caller, IGrainFactory grains, PageCursors cursors)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        var list = RunListParameters.Read(request.Query);
        var query = cursors.Continue(list.Cursor, caller.Project, flow, list.Query);

        var page = await grains.Flow(flow).ListRunsAsync(caller.Project, query)
            ?? await grains.GetGrain<IRunQueryGrain>(flowId).ListRunsAsync(flow, query);
        return TypedResults.Ok(new Page<RunSummary>(page.Rows, cursors.After(page, caller.Project, flow, query), page.HasMore));
    }

    static async Task<Ok<RunDetailBody>> GetAsync(string flowId, string runId, Caller caller, IGrainFactory grains)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        var run = RouteIds.Parse<RunId>("Run", runId);
        var detail = await grains.FindRunAsync(caller.Project, flow, run) ?? throw RouteIds.NotFound("Run", runId);
        return TypedResults.Ok(RunDetailBody.Of(detail));
    }

    static async Task<Ok<RunSummary>> CancelAsync(string flowId, string runId, Caller caller, IGrainFactory grains)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        return TypedResults.Ok(await grains.Flow(flow).CancelRunAsync(caller.Project, RouteIds.Parse<RunId>("Run", runId)));
    }

    static async Task<NoContent> DeleteAsync(string flowId, string runId, Caller caller, IGrainFactory grains)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        await grains.Flow(flow).DeleteRunAsync(caller.Project, RouteIds.Parse<RunId>("Run", runId));
        return TypedResults.NoContent();
    }
}
