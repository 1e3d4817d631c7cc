using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;

namespace FlowRuns.Storage.Sqlite;

/// <summary>The list of flows.</summary>
static class SqliteFlows
{
    static readonly FlowId Last = new(new Guid([.. Enumerable.Repeat(byte.MaxValue, 16)], bigEndian: true));

    public static int Put(SqliteSession session, FlowRow flow) => session.Execute(
        """
        insert into flows (id, project_id, status, deleted) values (@flow, @project, @status, @deleted)
        on conflict do update set project_id = excluded.project_id, status = excluded.status, deleted = excluded.deleted
        where (project_id, status, deleted) is not (excluded.project_id, excluded.status, excluded.deleted)
        """,
        ("@flow", flow.Id),
        ("@project", flow.Project),
        ("@status", flow.Status),
        ("@deleted", flow.Deleted));

    public static ImmutableArray<FlowId> List(SqliteSession session, ProjectId project, FlowStatus? status, FlowId? before, int limit) =>
    [
        .. session.List(
            """
            select id from flows
            where deleted = 0 and project_id = @project and id < @before and (@status is null or status = @status)
            order by id desc limit @limit
            """,
            row => row.GetFlowId(0),
            ("@project", project),
            ("@before", before ?? Last),
            ("@status", status),
            ("@limit", limit)),
    ];

    public static ImmutableArray<FlowId> ListDeleted(SqliteSession session) =>
        [.. session.List("select id from flows where deleted = 1 order by id", row => row.GetFlowId(0))];
}
