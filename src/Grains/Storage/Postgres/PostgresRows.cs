namespace FlowRuns.Storage.Postgres;

/// <summary>The columns that <see cref="StoredRows.GetSummary"/> reads, in its order.</summary>
static class PostgresRows
{
    public const string FinishedColumns = "id, flow_id, status, trigger_type, finish_time, steps_count, steps_succeeded, error_step, error_message";

    public const string RunningColumns = "id, flow_id, 0::smallint, trigger_type, null::bigint, steps_count, steps_succeeded, null::text, null::text";
}
