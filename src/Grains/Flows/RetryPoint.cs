using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Runs;
using FlowRuns.Steps;

namespace FlowRuns.Flows;

/// <summary>Where a retry begins: the results of the steps before it are taken over from the old run.</summary>
static class RetryPoint
{
    /// <param name="from"><c>start</c>, <c>failed</c>, or a step's key.</param>
    /// <param name="steps">The steps of the version that will run.</param>
    public static ImmutableArray<StepResult> ResultsBefore(string from, RunDetail old, ImmutableArray<StepDefinition> steps)
    {
        var results = old.Steps[1..];
        var first = from switch
        {
            "start" => 0,
            "failed" => IndexOf(results, r => r.Status is StepStatus.Failed or StepStatus.Canceled),
            _ => IndexOf(steps, s => s.Key == from),
        };
        if (first < 0 || first > steps.Length)
        {
            throw Refused(from == "failed"
                ? "no step of this run failed; retry it from 'start' or from a step's key."
                : $"'{from}' is no step of the version that would run; use 'start', 'failed' or one of {string.Join(", ", steps.Select(s => s.Key))}.");
        }

        for (var i = 0; i < first; i++)
        {
            if (i >= results.Length || results[i] is not { Status: StepStatus.Succeeded, Output: not null } || results[i].Name != steps[i].Name)
                throw Refused($"step '{steps[i].Name}' comes before it and has no result in this run; retry from 'start' or from an earlier step.");
        }

        return results[..first];
    }

    static int IndexOf<T>(ImmutableArray<T> items, Func<T, bool> match)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (match(items[i]))
                return i;
        }

        return -1;
    }

    static RequestRefusedException Refused(string message) => new([new FieldError("from", message)]);
}
