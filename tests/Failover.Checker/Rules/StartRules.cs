namespace FlowRuns.Failover.Checker.Rules;

/// <summary>An answered start is never lost, and nothing runs that nobody started.</summary>
static class StartRules
{
    public static IEnumerable<Violation> Check(Evidence evidence, FlowHistory history)
    {
        var starts = evidence.Starts[history.FlowId];
        var listed = history.Rows.Select(row => row.Id).ToHashSet();
        var promised = starts.Where(start => start.IsPromised).Select(start => start.RunId!).ToHashSet();
        foreach (var id in promised)
        {
            if (!listed.Contains(id))
                yield return new("lost", id, $"Its start was answered, the list does not show it, the detail is {(history.Details.ContainsKey(id) ? "there" : "unknown")}.");
            else if (!history.Details.ContainsKey(id))
                yield return new("lost", id, "The list shows it, the detail is unknown.");
        }

        var unasked = listed.Except(promised).ToList();
        var unanswered = starts.Count(start => !start.IsPromised);
        if (unasked.Count > unanswered)
            yield return new("nobody-started", unasked[0], $"{unasked.Count} runs were never announced, but only {unanswered} starts of {history.FlowId} had no answer: {string.Join(", ", unasked)}.");

        foreach (var violation in CheckKeys(starts, history))
            yield return violation;
    }

    static IEnumerable<Violation> CheckKeys(IEnumerable<StartAsked> starts, FlowHistory history)
    {
        var answered = starts.Where(start => start is { IsPromised: true, IdempotencyKey: not null }).Select(start => (Key: start.IdempotencyKey!, Id: start.RunId!));
        var recorded = history.Details.Values.Where(run => run.IdempotencyKey is not null).Select(run => (Key: run.IdempotencyKey!, run.Id));
        foreach (var runs in answered.Concat(recorded).Distinct().GroupBy(run => run.Key, run => run.Id))
            if (runs.Count() > 1)
                yield return new("two-runs-one-key", runs.First(), $"Idempotency key {runs.Key} made several runs: {string.Join(", ", runs)}.");
    }
}
