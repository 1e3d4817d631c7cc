using System.Collections.Immutable;
using FlowRuns.Flows;

namespace FlowRuns.Storage.Sqlite;

/// <summary>The figures of flows: of all time, and per hour. Sums are made by the program: nobody else writes meanwhile.</summary>
static class SqliteStatistics
{
    const string Columns = "total, succeeded, failed, canceled, duration, nullif(last_run, 0), durations";

    public static void Add(SqliteSession session, StatsDelta delta)
    {
        foreach (var (flow, hour, added) in delta.Hours)
        {
            var held = ListHours(session, flow, new StatsWindow(hour, hour + StatsInterval.Hour.Length()));
            session.Execute(
                """
                insert or replace into flow_stats_hourly (flow_id, hour, total, succeeded, failed, canceled, duration, last_run, durations)
                values (@flow, @hour, @total, @succeeded, @failed, @canceled, @duration, @lastRun, @durations)
                """,
                Values(flow, hour, FlowStats.Sum([.. held, added])));
        }

        foreach (var (flow, added) in delta.Flows)
        {
            session.Execute(
                """
                insert or replace into flow_stats (flow_id, total, succeeded, failed, canceled, duration, last_run, durations)
                values (@flow, @total, @succeeded, @failed, @canceled, @duration, @lastRun, @durations)
                """,
                Values(flow, hour: null, FlowStats.Sum([Load(session, flow), added])));
        }
    }

    public static FlowStats Load(SqliteSession session, FlowId flow) =>
        session.Find($"select {Columns} from flow_stats where flow_id = @flow", StoredRows.GetStats, ("@flow", flow)) ?? FlowStats.None;

    public static ImmutableArray<FlowStats> ListHours(SqliteSession session, FlowId flow, StatsWindow window) =>
    [
        .. session.List(
            $"select {Columns}, hour from flow_stats_hourly where flow_id = @flow and hour >= @from and hour < @to order by hour",
            StoredRows.GetHour,
            ("@flow", flow),
            ("@from", window.From ?? DateTimeOffset.MinValue),
            ("@to", window.To ?? DateTimeOffset.MaxValue)),
    ];

    public static FlowStats Recount(SqliteSession session, FlowId flow) =>
        FlowStats.Of(session.List($"select {SqliteRunReads.SummaryColumns} from runs where flow_id = @flow", StoredRows.GetSummary, ("@flow", flow)));

    static (string, object?)[] Values(FlowId flow, DateTimeOffset? hour, FlowStats stats) =>
    [
        ("@flow", flow),
        ("@total", stats.TotalRuns),
        ("@succeeded", stats.Succeeded),
        ("@failed", stats.Failed),
        ("@canceled", stats.Canceled),
        ("@duration", (long)stats.TotalDuration.TotalMilliseconds),
        ("@lastRun", stats.LastRun?.ToUnixTimeMilliseconds() ?? 0),
        ("@durations", StoredSketch.Write(stats.Durations)),
        .. hour is null ? [] : ((string, object?)[])[("@hour", hour)],
    ];
}
