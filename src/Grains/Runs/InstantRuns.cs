using FlowRuns.Telemetry;

namespace FlowRuns.Runs;

/// <summary>Executes runs whose steps neither act on the outside nor need a script: they take microseconds, so they end before their start is committed, without a grain of their own.</summary>
sealed class InstantRuns(StepRunner steps, TimeProvider clock)
{
    /// <summary>How the run ends, or null when it is not of this kind or has to rest before another attempt. Until that is committed it has not happened.</summary>
    public async Task<RunOutcome?> TryExecuteAsync(RunAssignment run)
    {
        if (!run.Flow.Definition.Steps.All(steps.IsInstant))
            return null;

        using var activity = FlowRunsActivities.Execution(run);
        var progress = new RunProgress(run);
        while (progress.Next is { } step)
        {
            progress.Begin(hasEffects: false, Now());
            var attempt = await steps.AttemptAsync(progress, step, CancellationToken.None);
            if (progress.Record(attempt.Outcome, attempt.Input, Now()) is not null)
                return null;
        }

        var outcome = progress.Finish(Now());
        activity.End(outcome.Summary.Status);
        return outcome;
    }

    DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
