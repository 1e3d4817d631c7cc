namespace FlowRuns.Failover.Checker.Rules;

/// <summary>The list shows each run once, newest first, and says what the detail says.</summary>
static class ListRules
{
    public static IEnumerable<Violation> Check(FlowHistory history)
    {
        foreach (var rows in history.Rows.GroupBy(row => row.Id))
            if (rows.Count() > 1)
                yield return new("duplicate", rows.Key, $"The list shows it {rows.Count()} times.");

        foreach (var (newer, older) in history.Rows.Zip(history.Rows.Skip(1)))
            if (newer.StartTime < older.StartTime)
                yield return new("order", older.Id, $"It started at {older.StartTime:O}, and the list shows it after {newer.Id}, which started at {newer.StartTime:O}.");

        foreach (var row in history.Rows)
            if (history.Details.TryGetValue(row.Id, out var detail) && Shown(row) != Shown(detail))
                yield return new("list-and-detail", row.Id, $"The list says {Shown(row)}, the detail {Shown(detail)}.");
    }

    static (string, string, long?, DateTimeOffset, DateTimeOffset?, int, int, RunError?) Shown(Run run) =>
        (run.FlowId, run.Status, run.Duration, run.StartTime, run.FinishTime, run.StepsCount, run.StepsSucceeded, run.Error);
}
