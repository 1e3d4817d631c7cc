using FlowRuns.Failover.Checker.Rules;

namespace FlowRuns.Failover.Checker;

static class Verdict
{
    public static IReadOnlyList<Violation> Of(Evidence evidence) =>
        [.. CallRules.CheckKeys(evidence), .. evidence.Histories.SelectMany(history => OfFlow(evidence, history))];

    static IEnumerable<Violation> OfFlow(Evidence evidence, FlowHistory history)
    {
        var plan = evidence.Flows[history.FlowId];
        return
        [
            .. StartRules.Check(evidence, history),
            .. ListRules.Check(history),
            .. StatsRules.Check(history),
            .. ScheduleRules.Check(plan, history),
            .. history.Details.Values.SelectMany(run => RunRules.Check(plan, run, evidence.Seen[run.Id])),
            .. history.Details.Values.SelectMany(run => CallRules.Check(evidence, plan, run)),
        ];
    }
}
