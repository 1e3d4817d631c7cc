using System.Diagnostics;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Steps;
using FlowRuns.Storage;
using FlowRuns.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace FlowRuns.Runs;

/// <summary>Executes one run: attempts its steps in order, makes results durable before effects, and reports the outcome to the flow.</summary>
/// <remarks>Its calls interleave with the execution, and touch only fields that each turn leaves consistent.</remarks>
[GrainType("run"), RandomPlacement]
sealed partial class RunGrain(
    StepRunner steps,
    RunJournal journal,
    ActiveRuns active,
    ILocalSiloDetails silo,
    TimeProvider clock,
    IOptions<RunOptions> options,
    ILogger<RunGrain> logger) : Grain, IRunGrain
{
    static readonly TimeSpan StoreRetryDelay = TimeSpan.FromMilliseconds(200);

    // Shorter than the others need to take this silo for dead: a process that was suspended for longer asks before its next effect.
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    const int MaxConfirmations = 3;
    const int MaxOffers = 3;

    RunProgress? _progress;
    Execution? _execution;

    public Task<bool> StartAsync(RunAssignment assignment)
    {
        // It is for this call alone: what the run calls itself is placed as ever.
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        if (_progress is { } known && known.Assignment.Attempt >= assignment.Attempt)
            return Task.FromResult(true);
        if (active.Draining)
        {
            if (_progress is null)
                DeactivateOnIdle();
            return Task.FromResult(false);
        }

        _execution?.Abandon();
        _progress = new RunProgress(assignment);
        _execution = new Execution { Confirmed = assignment.Confirmed };
        active.Add(assignment.Id, _execution);
        this.RegisterGrainTimer(
            static (work, _) => work.Grain.ExecuteAsync(work.Progress, work.Execution),
            (Grain: this, Progress: _progress, Execution: _execution),
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        return Task.FromResult(true);
    }

    public async Task<RunSummary?> CancelAsync()
    {
        if (_execution is not { } execution)
            return null;

        execution.Cancel();
        return await execution.Ended;
    }

    public Task<RunDetail?> FindDetailAsync() => Task.FromResult(_progress?.Detail(_execution?.Terminal));

    public async Task<RunDetail?> WaitAsync(TimeSpan atMost)
    {
        if (_progress is not { } progress || _execution is not { } execution)
            return null;

        try
        {
            return await execution.Ended.WaitAsync(atMost, clock) is { } terminal ? progress.Detail(terminal) : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <remarks>Orleans waits for the execution before it comes here, so what is left is one whose timer was stopped before it fired.</remarks>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_progress is { } progress && _execution is { } execution)
        {
            execution.End(null);
            active.Remove(progress.Assignment.Id, execution);
        }

        return Task.CompletedTask;
    }

    async Task ExecuteAsync(RunProgress progress, Execution execution)
    {
        var run = progress.Assignment;
        using var scope = logger.BeginScope(new RunLogScope(run.FlowId, run.Id));
        using var activity = FlowRunsActivities.Execution(run);
        FlowRunsInstruments.OnExecutionBegan();
        try
        {
            if (run.Owner != Self && !await ClaimAsync(progress, execution))
                return;

            progress.FailIfInterrupted(options.Value.MaxAttempts, clock.Now());
            while (progress.Next is { } step && await AttemptAsync(progress, step, execution))
            {
            }

            if (execution.IsCanceled)
                progress.Cancel(clock.Now());
            if (execution.IsAbandoned)
                await HandOverAsync(progress.Assignment);
            else
                await EndAsync(progress, execution, activity);
        }
        catch (OperationCanceledException) when (execution.IsAbandoned)
        {
            LogAbandoned(run.Id, progress.Assignment.Attempt);
            await HandOverAsync(progress.Assignment);
        }
#pragma warning disable CA1031 // the boundary of a run: left alone, recovery would take it up again and again and repeat its effects each time
        catch (Exception e) when (!execution.IsAbandoned && progress.Next is not null)
#pragma warning restore CA1031
        {
            LogFailed(run.Id, e);
            progress.Fail($"internal error: {e.Message}", clock.Now());
            await EndAsync(progress, execution, activity);
        }
        finally
        {
            FlowRunsInstruments.OnExecutionEnded();
            execution.End(null);
            active.Remove(run.Id, execution);
            if (ReferenceEquals(execution, _execution))
                DeactivateOnIdle();
        }
    }

    string Self => silo.SiloAddress.ToParsableString();

    /// <summary>Makes this silo the owner of a run that was meant for another one; false when someone else was faster.</summary>
    async Task<bool> ClaimAsync(RunProgress progress, Execution execution)
    {
        var claim = new RunClaim(progress.Assignment.Id) { Attempt = progress.Assignment.Attempt, Owner = Self };
        if (!await IsOursAsync(claim, progress.Assignment, execution))
            return false;

        progress.Claimed(claim.Owner);
        return true;
    }

    /// <summary>Lets another silo take the run over at once, and without counting that as an interruption.</summary>
    async Task HandOverAsync(RunAssignment run)
    {
        try
        {
            await journal.WriteAsync(new RunClaim(run.Id) { Attempt = run.Attempt, Owner = RunClaim.Nobody }, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // Then it is taken over once this silo is gone.
        }
    }

    /// <summary>Commits the write, and again while the answer came so late that the run may have been taken over since; false when another attempt owns the run.</summary>
    async Task<bool> IsOursAsync(RunWrite write, RunAssignment run, Execution execution)
    {
        for (var confirmation = 1; confirmation <= MaxConfirmations; confirmation++)
        {
            var asked = clock.GetTimestamp();
            var result = await UntilAnsweredAsync(() => journal.WriteAsync(write, execution.Abandoned), execution.Abandoned);
            if (result.Outcome == RunWriteOutcome.Stale)
            {
                Fenced(run.Id, run.Attempt);
                execution.Abandon();
                return false;
            }

            execution.Confirmed = asked;
            if (clock.GetElapsedTime(asked) < Lease)
                break;
        }

        return true;
    }

    async Task EndAsync(RunProgress progress, Execution execution, Activity? activity)
    {
        var outcome = progress.Finish(clock.Now());
        activity.End(outcome.Summary.Status);
        execution.End(await ReportAsync(outcome, execution));
    }

    /// <summary>False when the run is to stop here: cancelled, or no longer ours.</summary>
    async Task<bool> AttemptAsync(RunProgress progress, StepDefinition step, Execution execution)
    {
        try
        {
            var start = clock.Now();
            var attempt = await UntilAnsweredAsync(() => steps.PrepareAsync(progress, step, execution.Stop), execution.Stop);
            if (!await MakeDurableAsync(progress, attempt, start, execution))
                return false;

            var outcome = await steps.ExecuteAsync(attempt, progress.AttemptsBegun, execution.Stop);
            if (progress.Record(outcome, attempt.Input, clock.Now()) is { } rest)
                await Task.Delay(rest, clock, execution.Stop);
            return !execution.IsCanceled;
        }
        catch (OperationCanceledException) when (execution.IsCanceled && !execution.IsAbandoned)
        {
            return false;
        }
    }

    /// <summary>The last thing before an effect: what was done is durable, and the run still ours. False when the run is to stop here.</summary>
    async Task<bool> MakeDurableAsync(RunProgress progress, PreparedAttempt attempt, DateTimeOffset start, Execution execution)
    {
        if (execution.IsCanceled)
            return false;
        var isOurs = execution.Confirmed is { } confirmed && clock.GetElapsedTime(confirmed) < Lease;
        if (progress.Begin(attempt.HasEffects, isOurs, start) is not { } checkpoint)
            return true;
        if (!await IsOursAsync(checkpoint, progress.Assignment, execution))
            return false;

        if (!checkpoint.Results.IsEmpty)
            FailPoint.Pass(FailPoint.AfterResult);
        progress.Committed(checkpoint);
        return !execution.IsCanceled;
    }

    async Task<RunSummary?> ReportAsync(RunOutcome outcome, Execution execution)
    {
        RunSummary? terminal;
        try
        {
            terminal = await FinishAsync(outcome, execution);
        }
#pragma warning disable CA1031 // whatever will not be taken must not keep the run running, to be taken up again with its effects: it ends without it
        catch (Exception refused) when (refused is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotStored(outcome.Summary.Id, refused);
            terminal = await FinishAsync(outcome.WithoutData(refused.Message), execution);
        }

        if (terminal is null)
            Fenced(outcome.Summary.Id, outcome.Attempt);
        return terminal;
    }

    /// <summary>Offers the end again where it failed for a reason that nobody foresaw, which may pass.</summary>
    async Task<RunSummary?> FinishAsync(RunOutcome outcome, Execution execution)
    {
        var flow = GrainFactory.GetGrain<IFlowGrain>(outcome.Summary.FlowId.ToString());
        for (var offers = 1; ; offers++)
        {
            try
            {
                return await UntilAnsweredAsync(() => flow.FinishRunAsync(outcome), execution.Abandoned);
            }
            catch (Exception e) when (offers < MaxOffers && e is not (OperationCanceledException or RequestRefusedException))
            {
                await Task.Delay(StoreRetryDelay * offers, clock, execution.Abandoned);
            }
        }
    }

    void Fenced(RunId run, int attempt)
    {
        FlowRunsInstruments.OnWriteFenced();
        LogFenced(run, attempt);
    }

    /// <summary>Repeats what needs the store or another grain until that answers: a run waits for its database, it does not fail with it.</summary>
    async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> ask, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (e is StoreUnavailableException or RequestRefusedException { Reason: RefusalReason.Unavailable } or OrleansException or TimeoutException)
            {
                stop.ThrowIfCancellationRequested();
                if (attempt == 0)
                    LogWaitingForStore(this.GetPrimaryKeyString(), e.Message);
                await Task.Delay(StoreRetryDelay * Math.Min(attempt + 1, 10), clock, stop);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Run} leaves this process in attempt {Attempt}; another one goes on with it")]
    partial void LogAbandoned(RunId run, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {Run} fails, since its results cannot be stored")]
    partial void LogNotStored(RunId run, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Run} belongs to another owner by now; attempt {Attempt} is dropped")]
    partial void LogFenced(RunId run, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {Run} fails: the engine could not go on with it")]
    partial void LogFailed(RunId run, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Run} waits for the database: {Reason}")]
    partial void LogWaitingForStore(string run, string reason);
}
