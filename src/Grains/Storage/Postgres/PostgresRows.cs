using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Triggers;
using Npgsql;

namespace FlowRuns.Storage.Postgres;

/// <summary>Reads what the columns hold into the types that they hold.</summary>
static class PostgresRows
{
    /// <summary>The columns that <see cref="GetSummary"/> reads, in its order, of a finished run ...</summary>
    public const string SummaryColumns = "id, flow_id, status, trigger_type, finish_time, steps_count, steps_succeeded, error_step, error_message";

    /// <summary>... and of one that is under way.</summary>
    public const string RunningColumns = "id, flow_id, 0::smallint, trigger_type, null::bigint, steps_count, steps_succeeded, null::text, null::text";

    public const int SummaryWidth = 9;

    public static RunSummary GetSummary(this NpgsqlDataReader row) => new()
    {
        Id = row.GetRunId(0),
        FlowId = row.GetFlowId(1),
        Status = (RunStatus)row.GetInt16(2),
        TriggerType = (TriggerType)row.GetInt16(3),
        FinishTime = row.FindTime(4),
        StepsCount = row.GetInt32(5),
        StepsSucceeded = row.GetInt32(6),
        Error = row.IsDBNull(7) ? null : new RunError(row.GetString(7), row.GetString(8)),
    };

    public static FlowStats GetStats(this NpgsqlDataReader row) => new()
    {
        TotalRuns = row.GetInt64(0),
        Succeeded = row.GetInt64(1),
        Failed = row.GetInt64(2),
        Canceled = row.GetInt64(3),
        TotalDuration = TimeSpan.FromMilliseconds(row.GetInt64(4)),
        LastRun = row.FindTime(5),
    };

    public static OwnedRun GetOwnedRun(this NpgsqlDataReader row) => new(row.GetRunId(0), row.GetFlowId(1), row.GetInt32(2));

    public static RunId GetRunId(this NpgsqlDataReader row, int column) => new(row.GetGuid(column));

    public static RunId? FindRunId(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetRunId(column);

    public static FlowId GetFlowId(this NpgsqlDataReader row, int column) => new(row.GetGuid(column));

    public static ProjectId GetProjectId(this NpgsqlDataReader row, int column) => new(row.GetGuid(column));

    public static JsonData GetJson(this NpgsqlDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));

    public static T? Find<T>(this NpgsqlDataReader row, int column) where T : class => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    public static int? FindInt32(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    public static DateTimeOffset? FindTime(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
