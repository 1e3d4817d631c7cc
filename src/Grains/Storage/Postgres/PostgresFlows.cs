using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>The list of flows.</summary>
static class PostgresFlows
{
    static readonly FlowId Last = new(new Guid([.. Enumerable.Repeat(byte.MaxValue, 16)], bigEndian: true));

    public static Task<int> PutAsync(NpgsqlConnection connection, FlowRow flow, CancellationToken cancellationToken) => connection.ExecuteAsync(
        """
        insert into flows as present (id, project_id, status, deleted) values ($1, $2, $3, $4)
        on conflict (id) do update set project_id = excluded.project_id, status = excluded.status, deleted = excluded.deleted
        where (present.project_id, present.status, present.deleted) is distinct from (excluded.project_id, excluded.status, excluded.deleted)
        """,
        [flow.Id, flow.Project, flow.Status, flow.Deleted],
        cancellationToken);

    public static async Task<ImmutableArray<FlowId>> ListAsync(NpgsqlConnection connection, ProjectId project, FlowStatus? status, FlowId? before, int limit, CancellationToken cancellationToken) =>
    [
        .. await connection.ListAsync(
            """
            select id from flows
            where not deleted and project_id = $1 and id < $2 and ($3::smallint is null or status = $3::smallint)
            order by id desc limit $4
            """,
            row => row.GetFlowId(0),
            [project, before ?? Last, status, limit],
            cancellationToken).ConfigureAwait(false),
    ];

    public static async Task<ImmutableArray<FlowId>> ListDeletedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. await connection.ListAsync("select id from flows where deleted order by id", row => row.GetFlowId(0), [], cancellationToken).ConfigureAwait(false)];
}
