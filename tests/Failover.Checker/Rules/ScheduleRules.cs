namespace FlowRuns.Failover.Checker.Rules;

/// <summary>A schedule starts one run for each due time, whatever crashes.</summary>
static class ScheduleRules
{
    public static IEnumerable<Violation> Check(FlowPlan plan, FlowHistory history)
    {
        if (plan.Every is not { } every)
            yield break;

        var due = history.Details.Values.Where(run => run.DueTime is not null).GroupBy(run => run.DueTime!.Value).OrderBy(runs => runs.Key).ToList();
        foreach (var runs in due.Where(runs => runs.Count() > 1))
            yield return new("occurrence-twice", runs.First().Id, $"{runs.Count()} runs are due at {runs.Key:O}: {string.Join(", ", runs.Select(run => run.Id))}.");
        foreach (var (earlier, later) in due.Zip(due.Skip(1)))
            if (later.Key - earlier.Key != every)
                yield return new("occurrence-lost", later.First().Id, $"It is due at {later.Key:O}, the run before it at {earlier.Key:O}, and {plan.Name} is due every {every}.");
    }
}
