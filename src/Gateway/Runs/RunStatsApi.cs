using FlowRuns.Flows;
using FlowRuns.Gateway.Auth;
using FlowRuns.Runs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Runs;

/// <summary>A flow's runs in figures.</summary>
static class RunStatsApi
{
    public static void MapRunStats(this IEndpointRouteBuilder runs)
    {
        runs.MapGet("/stats", GetAsync).WithName("getRunStats").WithSummary("Sums up a flow's runs.");
        runs.MapGet("/stats/series", GetSeriesAsync).WithName("getRunStatsSeries").WithSummary("Sums up a flow's runs by hours or days.");
    }

    static async Task<Ok<FlowStats>> GetAsync(string flowId, HttpRequest request, Caller caller, IGrainFactory grains)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        var window = StatsParameters.ReadWindow(request.Query);

        // The flow's grain is asked in any case: it knows whose the flow is.
        var lifetime = await grains.Flow(flow).GetStatsAsync(caller.Project);
        return TypedResults.Ok(window is null ? lifetime : await grains.GetGrain<IRunQueryGrain>(flowId).GetStatsAsync(flow, window));
    }

    static async Task<Ok<RunStatsSeries>> GetSeriesAsync(string flowId, HttpRequest request, Caller caller, IGrainFactory grains)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        var (window, interval) = StatsParameters.ReadSeries(request.Query);

        await grains.Flow(flow).GetStatsAsync(caller.Project);
        return TypedResults.Ok(new RunStatsSeries(interval, await grains.GetGrain<IRunQueryGrain>(flowId).ListStatsAsync(flow, window, interval)));
    }
}
