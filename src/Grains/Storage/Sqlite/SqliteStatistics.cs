using System.Collections.Immutable;
using FlowRuns.Flows;

namespace FlowRuns.Storage.Sqlite;

/// <summary>The figures of flows: of all time, and per hour. Sums are made by the program: nobody else writes meanwhile.</summary>
static class SqliteStatistics
{
    const string Columns = "succeeded, failed, canceled, duration, last_run, durations";

    public static void Add(SqliteSession session, StatsDelta delta)
    {
        foreach (var (flow, hour, added) in delta.Hours)
        {
            var held = ListFinished(session, flow, new StatsWindow(hour, hour + StatsInterval.Hour.Length()));
            session.Execute(
                """
                insert or replace into flow_stats_hourly (flow_id, hour, succeeded, failed, canceled, duration, last_run, durations)
                values (@flow, @hour, @succeeded, @failed, @canceled, @duration, @lastRun, @durations)
                """,
                Values(flow, hour, FlowStats.Sum([.. held, added])));
        }

        foreach (var (flow, added) in delta.Flows)
        {
            session.Execute(
                """
                insert or replace into flow_stats (flow_id, succeeded, failed, canceled, duration, last_run, durations)
                values (@flow, @succeeded, @failed, @canceled, @duration, @lastRun, @durations)
                """,
                Values(flow, hour: null, FlowStats.Sum([Load(session, flow), added])));
        }
    }

    /// <summary>Of finished runs.</summary>
    public static FlowStats Load(SqliteSession session, FlowId flow) =>
        session.Find($"select {Columns} from flow_stats where flow_id = @flow", StoredRows.GetStats, ("@flow", flow)) ?? FlowStats.None;

    public static ImmutableArray<FlowStats> ListHours(SqliteSession session, FlowId flow, StatsWindow window)
    {
        var range = RunIdRange.Of(window);
        var running = session.List(
            "select id from runs indexed by runs_by_status where flow_id = @flow and status = 0 and id >= @first and id < @end",
            row => row.GetRunId(0),
            ("@flow", flow),
            ("@first", range.First),
            ("@end", range.End));
        return StatsHours.WithRunning(ListFinished(session, flow, window), running);
    }

    public static FlowStats Recount(SqliteSession session, FlowId flow) =>
        FlowStats.Of(session.List($"select {SqliteRunReads.SummaryColumns} from runs where flow_id = @flow", StoredRows.GetSummary, ("@flow", flow)));

    static List<FlowStats> ListFinished(SqliteSession session, FlowId flow, StatsWindow window) => session.List(
        $"select {Columns}, hour from flow_stats_hourly where flow_id = @flow and hour >= @from and hour < @to",
        StoredRows.GetHour,
        ("@flow", flow),
        ("@from", window.From ?? DateTimeOffset.MinValue),
        ("@to", window.To ?? DateTimeOffset.MaxValue));

    static (string, object?)[] Values(FlowId flow, DateTimeOffset? hour, FlowStats stats) =>
    [
        ("@flow", flow),
        ("@succeeded", stats.Succeeded),
        ("@failed", stats.Failed),
        ("@canceled", stats.Canceled),
        ("@duration", (long)stats.TotalDuration.TotalMilliseconds),
        ("@lastRun", stats.LastRun!.Value.ToUnixTimeMilliseconds()),
        ("@durations", StoredSketch.Write(stats.Durations)),
        .. hour is null ? [] : ((string, object?)[])[("@hour", hour)],
    ];
}
