using System.Text.Json;

namespace FlowRuns.Failover.Checker.Rules;

/// <summary>A run ends once, as its flow dictates, and its figures fit its steps.</summary>
static class RunRules
{
    public static IEnumerable<Violation> Check(FlowPlan plan, Run run, IEnumerable<(DateTimeOffset At, Run Run)> seen)
    {
        if (CheckStability(run, seen) is { } change)
            yield return change;

        if (!run.IsFinished)
        {
            yield return new("stuck", run.Id, "It is still running.");
            yield break;
        }

        if (run.FinishTime is not { } finish || run.Duration != (finish - run.StartTime).TotalMilliseconds)
            yield return new("duration", run.Id, $"Duration {run.Duration} is not from {run.StartTime:O} to {run.FinishTime:O}.");
        if (!IsOutcome(plan, run))
            yield return new("outcome", run.Id, $"{plan.Name} {Expected(plan)}, and the run is {run.Status}{(run.Error is { } error ? $" at {error.Step}: {error.Message}" : "")}.");
        else if (WrongSteps(plan, run) is { } wrong)
            yield return new("steps", run.Id, wrong);
    }

    static Violation? CheckStability(Run run, IEnumerable<(DateTimeOffset At, Run Run)> seen)
    {
        Run? end = null;
        foreach (var (at, then) in seen.Append((DateTimeOffset.MaxValue, run)))
        {
            if (end is not null && !IsSameEnd(end, then))
                return new("changed-after-end", run.Id, $"It was {end.Status}, and {(at == DateTimeOffset.MaxValue ? "in the end" : $"at {at:O}")} it was {then.Status} with other facts: {then.Raw}");
            if (then.IsFinished)
                end ??= then;
        }

        return null;
    }

    static bool IsSameEnd(Run end, Run then) =>
        (end.Status, end.FinishTime, end.Duration, end.Error) == (then.Status, then.FinishTime, then.Duration, then.Error)
        && JsonElement.DeepEquals(end.Raw.GetProperty("steps"), then.Raw.GetProperty("steps"));

    static bool IsOutcome(FlowPlan plan, Run run) => run.Status switch
    {
        "SUCCEEDED" => plan.FailsAt is null && run.Error is null,
        "FAILED" => run.Error is { } error && error.Step == (plan.FailsAt ?? plan.MayFailAt),
        _ => false,
    };

    static string Expected(FlowPlan plan) => plan switch
    {
        { FailsAt: { } step } => $"fails at {step}",
        { MayFailAt: { } step } => $"succeeds or fails at {step}",
        _ => "succeeds",
    };

    static string? WrongSteps(FlowPlan plan, Run run)
    {
        var succeeded = run.Steps.Count(step => step.Status == "SUCCEEDED");
        if (run.StepsCount != run.Steps.Length || run.StepsSucceeded != succeeded)
            return $"It counts {run.StepsSucceeded} of {run.StepsCount} steps, and shows {succeeded} of {run.Steps.Length}.";
        if (!run.Steps.Skip(1).Select(step => step.Name).SequenceEqual(plan.Steps.Select(step => step.Name)))
            return $"Its steps are {string.Join(", ", run.Steps.Select(step => step.Name))}.";

        var done = run.Steps.TakeWhile(step => step.Status == "SUCCEEDED").Count();
        if (run.Error is null)
            return done == run.Steps.Length ? null : $"It succeeded, and {run.Steps[done].Name} is {run.Steps[done].Status}.";
        if (done == run.Steps.Length || run.Steps[done].Status != "FAILED" || run.Steps[done].Name != run.Error.Step)
            return $"It failed at {run.Error.Step}, and its steps do not say so.";
        return run.Steps.Skip(done + 1).FirstOrDefault(step => step.Status != "SKIPPED") is { } later
            ? $"It failed at {run.Error.Step}, and {later.Name} after it is {later.Status}."
            : null;
    }
}
