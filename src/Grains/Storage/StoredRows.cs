using System.Data.Common;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Triggers;

namespace FlowRuns.Storage;

/// <summary>Reads what the columns hold into the types that they hold.</summary>
static class StoredRows
{
    /// <summary>How many columns <see cref="GetSummary"/> reads.</summary>
    public const int SummaryWidth = 9;

    public static RunSummary GetSummary(this DbDataReader row) => new()
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

    public static FlowStats GetStats(this DbDataReader row) => new()
    {
        TotalRuns = row.GetInt64(0),
        Succeeded = row.GetInt64(1),
        Failed = row.GetInt64(2),
        Canceled = row.GetInt64(3),
        TotalDuration = TimeSpan.FromMilliseconds(row.GetInt64(4)),
        LastRun = row.FindTime(5),
        Durations = StoredSketch.Read(row.GetString(6)),
    };

    /// <summary><see cref="GetStats"/>, and the hour's start after them.</summary>
    public static FlowStats GetHour(this DbDataReader row)
    {
        var hour = row.FindTime(7)!.Value;
        return row.GetStats() with { From = hour, To = hour + StatsInterval.Hour.Length() };
    }

    public static OwnedRun GetOwnedRun(this DbDataReader row) => new(row.GetRunId(0), row.GetFlowId(1), row.GetInt32(2));

    /// <summary>The columns of <see cref="GetOccurrence"/>.</summary>
    public const string OccurrenceColumns = "due_time, outcome, run_id, reason, until_time, due_count";

    public static Occurrence GetOccurrence(this DbDataReader row) => new()
    {
        DueTime = row.GetTime(0),
        Outcome = (OccurrenceOutcome)row.GetInt32(1),
        RunId = row.FindRunId(2),
        Reason = (MissedReason?)row.FindInt32(3),
        Until = row.FindTime(4),
        Count = row.FindInt32(5),
    };

    /// <summary>The columns of <see cref="GetSchedule"/>.</summary>
    public const string ScheduleColumns = "flow_id, revision, handled_until, wake_time, waiting";

    public static ScheduleRow GetSchedule(this DbDataReader row) => new(row.GetFlowId(0), row.GetInt32(1), row.GetTime(2), row.FindTime(3), row.FindTime(4));

    public static Alarm GetAlarm(this DbDataReader row) => new(row.GetFlowId(0), row.GetTime(1));

    public static RunId GetRunId(this DbDataReader row, int column) => new(row.GetId(column));

    public static RunId? FindRunId(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetRunId(column);

    public static FlowId GetFlowId(this DbDataReader row, int column) => new(row.GetId(column));

    public static ProjectId GetProjectId(this DbDataReader row, int column) => new(row.GetId(column));

    public static JsonData GetJson(this DbDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));

    public static T? Find<T>(this DbDataReader row, int column) where T : class => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    public static int? FindInt32(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    public static DateTimeOffset GetTime(this DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? FindTime(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetTime(column);

    // SQLite has no type for ids: it holds their bytes, in the order that sorts.
    static Guid GetId(this DbDataReader row, int column) =>
        row.GetFieldType(column) == typeof(Guid) ? row.GetGuid(column) : new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true);
}
