using FlowRuns.Flows;
using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Paging;
using FlowRuns.Gateway.Runs;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Schedules;

/// <summary>When a flow's schedule is due next, and what became of the times when it was.</summary>
static class SchedulesApi
{
    const int NextCount = 10;

    public static void MapSchedules(this IEndpointRouteBuilder api)
    {
        var schedule = api.MapGroup("/flows/{flowId}/schedule").WithTags("Schedules");
        schedule.MapGet("/", GetAsync).WithName("getSchedule").WithSummary("Shows a flow's schedule with its next due times.");
        schedule.MapGet("/occurrences", ListAsync).WithName("listOccurrences").WithSummary("Lists due times with what became of each, newest first.");

        var changes = schedule.MapGroup("").RequireAuthorization(ScopePolicies.Write);
        changes.MapPost("/pause", PauseAsync).WithName("pauseSchedule").WithSummary("Lets due times pass without a run until a time.");
        changes.MapPost("/resume", ResumeAsync).WithName("resumeSchedule").WithSummary("Ends a pause.");
    }

    static async Task<Ok<ScheduleBody>> GetAsync(string flowId, Caller caller, IGrainFactory grains) =>
        Answer(await Flow(grains, flowId).GetScheduleAsync(caller.Project, NextCount));

    static async Task<Ok<ScheduleBody>> PauseAsync(string flowId, RequestBody body, Caller caller, IGrainFactory grains)
    {
        var until = body.Read<PauseRequest>().Validate();
        return Answer(await Flow(grains, flowId).PauseScheduleAsync(caller.Project, until, NextCount));
    }

    static async Task<Ok<ScheduleBody>> ResumeAsync(string flowId, Caller caller, IGrainFactory grains) =>
        Answer(await Flow(grains, flowId).PauseScheduleAsync(caller.Project, until: null, NextCount));

    static async Task<Ok<Page<Occurrence>>> ListAsync(string flowId, HttpRequest request, Caller caller, IGrainFactory grains, PageCursors cursors)
    {
        var flow = RouteIds.Parse<FlowId>("Flow", flowId);
        var list = OccurrenceListParameters.Read(request.Query);
        var query = cursors.Continue(list.Cursor, caller.Project, flow, list.Query);

        // Only the flow's grain knows whose it is.
        await grains.Flow(flow).GetAsync(caller.Project);
        var page = await grains.GetGrain<IRunQueryGrain>(flowId).ListOccurrencesAsync(flow, query);
        return TypedResults.Ok(new Page<Occurrence>(page.Rows, cursors.After(page, caller.Project, flow, query), page.HasMore));
    }

    static Ok<ScheduleBody> Answer(ScheduleDetail schedule) => TypedResults.Ok(ScheduleBody.Of(schedule));

    static IFlowGrain Flow(IGrainFactory grains, string flowId) => grains.Flow(RouteIds.Parse<FlowId>("Flow", flowId));
}
