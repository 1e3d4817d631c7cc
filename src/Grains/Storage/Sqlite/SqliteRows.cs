using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Triggers;
using Microsoft.Data.Sqlite;

namespace FlowRuns.Storage.Sqlite;

/// <summary>Reads what the columns hold into the types that they hold.</summary>
static class SqliteRows
{
    /// <summary>The columns that <see cref="GetSummary"/> reads, in its order.</summary>
    public const string SummaryColumns = "runs.id, runs.flow_id, status, trigger_type, finish_time, steps_count, steps_succeeded, error_step, error_message";

    public const int SummaryWidth = 9;

    public static RunSummary GetSummary(this SqliteDataReader row) => new()
    {
        Id = row.GetRunId(0),
        FlowId = row.GetFlowId(1),
        Status = (RunStatus)row.GetInt32(2),
        TriggerType = (TriggerType)row.GetInt32(3),
        FinishTime = row.FindTime(4),
        StepsCount = row.GetInt32(5),
        StepsSucceeded = row.GetInt32(6),
        Error = row.IsDBNull(7) ? null : new RunError(row.GetString(7), row.GetString(8)),
    };

    public static FlowStats GetStats(this SqliteDataReader row) => new()
    {
        TotalRuns = row.GetInt64(0),
        Succeeded = row.GetInt64(1),
        Failed = row.GetInt64(2),
        Canceled = row.GetInt64(3),
        TotalDuration = TimeSpan.FromMilliseconds(row.GetInt64(4)),
        LastRun = row.FindTime(5),
    };

    public static OwnedRun GetOwnedRun(this SqliteDataReader row) => new(row.GetRunId(0), row.GetFlowId(1), row.GetInt32(2));

    public static RunId GetRunId(this SqliteDataReader row, int column) => new(row.GetId(column));

    public static RunId? FindRunId(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetRunId(column);

    public static FlowId GetFlowId(this SqliteDataReader row, int column) => new(row.GetId(column));

    public static ProjectId GetProjectId(this SqliteDataReader row, int column) => new(row.GetId(column));

    public static JsonData GetJson(this SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));

    public static byte[]? FindBytes(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    public static string? FindString(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static int? FindInt32(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    public static DateTimeOffset? FindTime(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    static Guid GetId(this SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column), bigEndian: true);
}
