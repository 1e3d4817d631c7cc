namespace FlowRuns.Failover.Checker.Rules;

/// <summary>What the steps did outside: no committed step again, nothing after the end, no more often than crashes explain.</summary>
static class CallRules
{
    /// <summary>Times of a run are cut to milliseconds.</summary>
    static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(5);

    /// <summary>A call may have left the server just before the server stopped and be noted just after.</summary>
    static readonly TimeSpan Notice = TimeSpan.FromSeconds(1);

    public static IEnumerable<Violation> CheckKeys(Evidence evidence)
    {
        var flowOf = evidence.Histories.SelectMany(history => history.Details.Keys.Select(id => (id, history.FlowId))).ToDictionary();
        foreach (var call in evidence.Calls)
        {
            var runId = Evidence.RunOf(call.Key ?? "");
            if (!flowOf.TryGetValue(runId, out var flowId))
                yield return new("wrong-key", runId, $"The call to {call.Path} at {call.At:O} has key {call.Key ?? "none"}, which is of no known run.");
            else if (!evidence.Flows[flowId].Steps.Any(step => step.Calls && step.Key == Evidence.StepOf(call.Key!)))
                yield return new("wrong-key", runId, $"The call to {call.Path} at {call.At:O} has key {call.Key}, and {evidence.Flows[flowId].Name} has no such calling step.");
        }
    }

    public static IEnumerable<Violation> Check(Evidence evidence, FlowPlan plan, Run run)
    {
        var calls = evidence.CallsByRun[run.Id].ToList();
        var end = End(evidence, run);
        var reached = -1;
        foreach (var call in calls)
        {
            if (call.At > end)
                yield return new("call-after-end", run.Id, $"{call.Key} was called at {call.At:O}, and the run had ended at {end:O}.");
            var position = PositionOf(plan, call);
            if (position >= 0 && position < reached)
                yield return new("step-again", run.Id, $"{call.Key} was called at {call.At:O}, after the later step {plan.Steps[reached].Key}.");
            reached = Math.Max(reached, position);
        }

        foreach (var (index, step) in plan.Steps.Index().Where(step => step.Item.Calls && run.Steps.Length == plan.Steps.Length + 1))
        {
            var times = calls.Where(call => PositionOf(plan, call) == index).Select(call => call.At).ToList();
            if (WrongCount(step, run.IsFinished ? run.Steps[index + 1].Status : "RUNNING", times, evidence.Stops) is { } wrong)
                yield return wrong with { Subject = run.Id };
        }
    }

    static Violation? WrongCount(StepPlan step, string status, List<DateTimeOffset> calls, IReadOnlyList<DateTimeOffset> stops)
    {
        if (calls.Count == 0)
            return status == "SUCCEEDED" ? new("never-called", "", $"{step.Name} succeeded, and the sink was never called.") : null;
        if (status == "SKIPPED")
            return new("skipped-but-called", "", $"{step.Name} is skipped, and it called {calls.Count} times.");

        var crashes = step.AtMostOnce ? 0 : stops.Count(stop => stop >= calls[0] - Notice && stop <= calls[^1]);
        return calls.Count > step.Attempts * (1 + crashes)
            ? new("too-many-calls", "", $"{step.Name} called {calls.Count} times with {step.Attempts} attempts and {crashes} stops of the server in between.")
            : null;
    }

    static DateTimeOffset End(Evidence evidence, Run run)
    {
        var shown = run.FinishTime + Rounding ?? DateTimeOffset.MaxValue;
        var seen = evidence.Seen[run.Id].Where(seen => seen.Run.IsFinished).Select(seen => seen.At).FirstOrDefault(DateTimeOffset.MaxValue);
        return shown < seen ? shown : seen;
    }

    /// <returns>-1 for a key that is none of the flow's.</returns>
    static int PositionOf(FlowPlan plan, SinkCall call)
    {
        var key = Evidence.StepOf(call.Key!);
        return plan.Steps.Index().Where(step => step.Item.Key == key).Select(step => step.Index).FirstOrDefault(-1);
    }
}
