using System.Globalization;
using System.Text.Json;

namespace FlowRuns.Failover.Tests.Schedules;

sealed record LedgerRow(DateTimeOffset DueTime, string Outcome, string? Reason, string? Run, double? Lateness)
{
    public bool HasRun => Run is not null;

    public static LedgerRow Of(JsonElement row) => new(
        DateTimeOffset.Parse(row.GetProperty("dueTime").GetString()!, CultureInfo.InvariantCulture),
        row.GetProperty("outcome").GetString()!,
        row.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
        row.TryGetProperty("runId", out var run) ? run.GetString() : null,
        row.TryGetProperty("lateness", out var lateness) ? lateness.GetDouble() : null);
}
