namespace FlowRuns.Failover.Checker.Rules;

/// <summary>The stats equal a recount of the list.</summary>
static class StatsRules
{
    public static IEnumerable<Violation> Check(FlowHistory history)
    {
        var recount = Recount([.. history.Rows.DistinctBy(row => row.Id)]);
        if (recount != history.Stats)
            yield return new("stats", history.FlowId, $"The API says {history.Stats}, a recount {recount}.");
    }

    static FlowStats Recount(IReadOnlyList<Run> runs)
    {
        var succeeded = runs.Count(run => run.Status == "SUCCEEDED");
        var failed = runs.Count(run => run.Status == "FAILED");
        var finished = runs.Where(run => run.FinishTime is not null).Select(run => (decimal)(run.FinishTime!.Value - run.StartTime).TotalMilliseconds).ToList();
        return new()
        {
            TotalRuns = runs.Count,
            Succeeded = succeeded,
            Failed = failed,
            SuccessRate = succeeded + failed == 0 ? 0 : Math.Round(100m * succeeded / (succeeded + failed), 1, MidpointRounding.AwayFromZero),
            AverageDuration = finished.Count == 0 ? 0 : Math.Round(finished.Average(), MidpointRounding.AwayFromZero),
            LastRun = runs.Count == 0 ? null : runs.Max(run => run.StartTime),
            Running = runs.Count(run => !run.IsFinished),
            Canceled = runs.Count(run => run.Status == "CANCELED"),
        };
    }
}
