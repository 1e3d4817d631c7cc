using FlowRuns.Flows;
using FlowRuns.Gateway.Paging;
using FlowRuns.Projects;
using FlowRuns.Runs;

namespace FlowRuns.Gateway.Runs;

/// <summary>Cursors of run lists, bound to project, flow and every filter; the limit may change from page to page.</summary>
static class RunCursor
{
    /// <summary>The cursor that goes on after the page, or null at the end.</summary>
    public static string? After(this PageCursors cursors, RunPage page, ProjectId project, FlowId flow, RunQuery query) =>
        page.HasMore ? cursors.Seal(page.Rows[^1].Id.Value, Scope(project, flow, query)) : null;

    /// <summary>The query as of the page after the cursor.</summary>
    public static RunQuery Continue(this PageCursors cursors, string? cursor, ProjectId project, FlowId flow, RunQuery query) =>
        cursor is null ? query : query with { Before = new RunId(cursors.Open(cursor, Scope(project, flow, query))) };

    public static string Scope(ProjectId project, FlowId flow, RunQuery query) => string.Join(
        '|',
        "runs",
        project,
        flow,
        string.Join(',', query.Statuses.Order().Select(status => (int)status)),
        (int?)query.TriggerType,
        query.StartedAfter?.UtcTicks,
        query.StartedBefore?.UtcTicks);
}
