using FlowRuns.Flows;
using FlowRuns.Gateway.Auth;
using FlowRuns.Gateway.Paging;
using FlowRuns.Gateway.Runs;
using FlowRuns.Runs;
using FlowRuns.Steps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FlowRuns.Gateway.Flows;

/// <summary>The project's flows: what they do, and whether their triggers are on.</summary>
static class FlowsApi
{
    public static void MapFlows(this IEndpointRouteBuilder api)
    {
        var flows = api.MapGroup("/flows").WithTags("Flows");
        flows.MapGet("/", ListAsync).WithName("listFlows").WithSummary("Lists the project's flows, newest first.");
        flows.MapPost("/validate", ValidateAsync).WithName("validateFlow").WithSummary("Tells whether a flow could be created, and everything that is wrong with it.");
        flows.MapGet("/{flowId}", GetAsync).WithName("getFlow").Answers<FlowDocument>().WithSummary("Shows a flow, in JSON or in YAML.");

        var changes = flows.MapGroup("").RequireAuthorization(ScopePolicies.Write);
        changes.MapPost("/", CreateAsync).WithName("createFlow").Answers<FlowDocument>(StatusCodes.Status201Created).WithSummary("Creates a flow, inactive.");
        changes.MapPost("/{flowId}", UpdateAsync).WithName("updateFlow").Answers<FlowDocument>().WithSummary("Changes what the body gives of a flow.");
        changes.MapPost("/{flowId}/enable", EnableAsync).WithName("enableFlow").Answers<FlowDocument>().WithSummary("Switches the flow's schedule or webhook on.");
        changes.MapPost("/{flowId}/disable", DisableAsync).WithName("disableFlow").Answers<FlowDocument>().WithSummary("Switches the flow's schedule or webhook off.");
        changes.MapDelete("/{flowId}", DeleteAsync).WithName("deleteFlow").WithSummary("Deletes a flow with its history; runs under way are cancelled.");

        api.MapFlowVersions();
    }

    static async Task<Ok<Page<FlowDocument>>> ListAsync(HttpRequest request, Caller caller, IGrainFactory grains, PageCursors cursors)
    {
        var list = FlowListParameters.Read(request.Query);
        var scope = list.Scope(caller.Project);
        FlowId? before = list.Cursor is { } cursor ? new FlowId(cursors.Open(cursor, scope)) : null;

        var page = await grains.GetGrain<IRunQueryGrain>(caller.Project.ToString()).ListFlowsAsync(caller.Project, list.Status, before, list.Limit);
        var next = page.HasMore ? cursors.Seal(page.Rows[^1].Id.Value, scope) : null;
        return TypedResults.Ok(new Page<FlowDocument>([.. page.Rows.Select(FlowDocument.Of)], next, page.HasMore));
    }

    static async Task<FlowAnswer<FlowDocument>> CreateAsync(FlowSource source, Caller caller, IGrainFactory grains, TimeProvider time)
    {
        var definition = FlowReader.Definition(source);

        var id = FlowId.New(time.GetUtcNow());
        var flow = await grains.Flow(id).CreateAsync(caller.Project, definition);
        return new FlowAnswer<FlowDocument>(FlowDocument.Of(flow), location: $"/api/v1/flows/{id}");
    }

    static async Task<FlowAnswer<FlowDocument>> GetAsync(string flowId, Caller caller, IGrainFactory grains) =>
        Answer(await Flow(grains, flowId).GetAsync(caller.Project));

    static async Task<FlowAnswer<FlowDocument>> UpdateAsync(string flowId, FlowSource source, Caller caller, IGrainFactory grains) =>
        Answer(await Flow(grains, flowId).UpdateAsync(caller.Project, FlowReader.Change(source)));

    static async Task<FlowAnswer<FlowDocument>> EnableAsync(string flowId, Caller caller, IGrainFactory grains) =>
        Answer(await Flow(grains, flowId).SetEnabledAsync(caller.Project, enabled: true));

    static async Task<FlowAnswer<FlowDocument>> DisableAsync(string flowId, Caller caller, IGrainFactory grains) =>
        Answer(await Flow(grains, flowId).SetEnabledAsync(caller.Project, enabled: false));

    static async Task<NoContent> DeleteAsync(string flowId, Caller caller, IGrainFactory grains)
    {
        await Flow(grains, flowId).DeleteAsync(caller.Project);
        return TypedResults.NoContent();
    }

    // Whether references and settings mean something is looked at once all of them could be read.
    static async Task<Ok<FlowValidity>> ValidateAsync(FlowSource source, Caller caller, IGrainFactory grains)
    {
        var errors = new FieldErrors();
        var definition = FlowReader.Definition(source, errors);
        var faults = definition is null || errors.Any
            ? errors.All
            : await grains.GetGrain<ICatalogGrain>(caller.Project.ToString()).ValidateAsync(caller.Project, definition);
        return TypedResults.Ok(FlowValidity.Of(faults));
    }

    static FlowAnswer<FlowDocument> Answer(FlowDetail flow) => new(FlowDocument.Of(flow));

    static IFlowGrain Flow(IGrainFactory grains, string flowId) => grains.Flow(RouteIds.Parse<FlowId>("Flow", flowId));
}
