using FlowRuns.Flows;
using FlowRuns.Gateway.Paging;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;

namespace FlowRuns.Gateway.Schedules;

/// <summary>Cursors of ledgers, bound to project, flow and every filter. The row's due time takes the place of an id, as the time that ids begin with.</summary>
static class OccurrenceCursor
{
    public static string? After(this PageCursors cursors, OccurrencePage page, ProjectId project, FlowId flow, OccurrenceQuery query) =>
        page.HasMore ? cursors.Seal(RunId.FirstAt(page.Rows[^1].DueTime).Value, Scope(project, flow, query)) : null;

    public static OccurrenceQuery Continue(this PageCursors cursors, string? cursor, ProjectId project, FlowId flow, OccurrenceQuery query) =>
        cursor is null ? query : query with { Before = new RunId(cursors.Open(cursor, Scope(project, flow, query))).StartTime };

    static string Scope(ProjectId project, FlowId flow, OccurrenceQuery query) => string.Join(
        '|',
        "occurrences",
        project,
        flow,
        string.Join(',', query.Outcomes.Order().Select(outcome => (int)outcome)),
        query.From?.UtcTicks,
        query.To?.UtcTicks);
}
