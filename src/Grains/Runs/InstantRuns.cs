using FlowRuns.Telemetry;

namespace FlowRuns.Runs;

/// <summary>Executes runs whose steps neither act on the outside nor need a script: they take microseconds, so they end before their start is committed, without a grain of their own.</summary>
sealed class InstantRuns(StepRunner steps, TimeProvider clock)
{
    // What handles more takes longer than the other runs of its flow should wait.
    const int MaxBytes = 64 * 1024;

    /// <summary>How the run ends; null when it is not of this kind, has much data, or has to rest before another attempt. Until the end is committed nothing has happened.</summary>
    public async Task<RunOutcome?> TryExecuteAsync(RunAssignment run)
    {
        if (!run.Flow.Definition.Steps.All(steps.IsInstant))
            return null;

        using var activity = FlowRunsActivities.Execution(run);
        var progress = new RunProgress(run);
        var bytes = run.Trigger.Output.Utf8.Length;
        while (progress.Next is { } step)
        {
            if (bytes > MaxBytes)
                return null;

            progress.Begin(hasEffects: false, isOurs: true, clock.Now());
            var attempt = await steps.PrepareAsync(progress, step, CancellationToken.None);
            var outcome = await steps.ExecuteAsync(attempt, progress.AttemptsBegun, CancellationToken.None);
            if (progress.Record(outcome, attempt.Input, clock.Now()) is not null)
                return null;
            bytes += attempt.Input?.Utf8.Length ?? 0;
        }

        var end = progress.Finish(clock.Now());
        activity.End(end.Summary.Status);
        return end;
    }
}
