using System.Text.Json;

namespace FlowRuns.Load.Servers;

/// <summary>A run as a list shows it.</summary>
readonly record struct RunRow(string Id, string Status, DateTimeOffset StartTime, DateTimeOffset? FinishTime)
{
    public static RunRow Of(JsonElement row) => new(
        row.GetProperty("id").GetString()!,
        row.GetProperty("status").GetString()!,
        row.GetProperty("startTime").GetDateTimeOffset(),
        row.TryGetProperty("finishTime", out var finish) ? finish.GetDateTimeOffset() : null);
}
