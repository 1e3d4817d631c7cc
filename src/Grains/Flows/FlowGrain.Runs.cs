using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Steps;
using FlowRuns.Storage;
using FlowRuns.Telemetry;
using FlowRuns.Triggers;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;

namespace FlowRuns.Flows;

/// <summary>The history half of a flow: the single writer of its runs, with live figures and the newest runs in memory.</summary>
/// <remarks>Memory follows the store: a row enters it once its commit is answered. Where a commit shows that memory is behind, the activation ends and the next one reads anew.</remarks>
sealed partial class FlowGrain
{
    // Where nothing else is committed meanwhile, nobody can say whether commits succeed again.
    const int MaxSettlingRounds = 20;

    FlowStats _stats = FlowStats.None;
    RecentRuns _runs = new(new FlowHistory(FlowStats.None, [], []), 1);
    RunId _lastId;
    bool _isSettling;

    public Task<StartedRun> StartRunAsync(ProjectId project, StartRun request)
    {
        Authorize(project);
        if (request.Trigger.Type == TriggerType.Webhook && FindWebhook() is not { Enabled: true })
            throw RequestRefusedException.NotFound($"The webhook of flow {Id}");
        return StartAsync(Stored, request, retryOf: null, done: []);
    }

    public async Task<StartedRun> RetryRunAsync(ProjectId project, RunId run, RetryRun request)
    {
        Authorize(project);
        var old = await store.FindRunAsync(Id, run, CancellationToken.None) ?? throw RequestRefusedException.NotFound($"Run {run}");
        if (old.Summary.Status == RunStatus.Running)
            throw new RequestRefusedException(RefusalReason.Conflict, $"Run {run} is still running; cancel it or wait for it before it is retried.");

        var version = request.Latest ? Stored : Version(old.FlowVersion);
        var output = request.Data is { } data ? Trigger.BodyOutput(data) : old.Trigger.Output;
        var start = new StartRun { Trigger = old.Trigger with { Type = TriggerType.Retry, Output = output, DueTime = null } };
        return await StartAsync(version, start, run, RetryPoint.ResultsBefore(request.From, old, version.Definition.Steps));
    }

    public async Task<RunSummary> CancelRunAsync(ProjectId project, RunId run)
    {
        Authorize(project);
        var known = _runs.Find(run) ?? (await store.FindRunAsync(Id, run, CancellationToken.None))?.Summary ?? throw RequestRefusedException.NotFound($"Run {run}");
        if (known.Status != RunStatus.Running)
            throw new RequestRefusedException(RefusalReason.Conflict, $"Run {run} has ended already, as {known.Status.ToString().ToUpperInvariant()}.");

        var ended = await StopAsync(run);
        if (ended is null)
        {
            // Nobody executes it at the moment, as after a crash: take it up, and then cancel it.
            await ResumeRunAsync(run, attempt: null);
            ended = await StopAsync(run) ?? _runs.Find(run);
        }

        return ended switch
        {
            null or { Status: RunStatus.Running } => throw new RequestRefusedException(RefusalReason.Unavailable, $"Run {run} is just being recovered; try again."),
            { Status: RunStatus.Canceled } => ended,
            _ => throw new RequestRefusedException(RefusalReason.Conflict, $"Run {run} has ended already, as {ended.Status.ToString().ToUpperInvariant()}."),
        };
    }

    public async Task DeleteRunAsync(ProjectId project, RunId run)
    {
        Authorize(project);
        if (_runs.Find(run) is { Status: RunStatus.Running })
            throw new RequestRefusedException(RefusalReason.Conflict, $"Run {run} is still running; cancel it before it is deleted.");

        var result = await WriteAsync(new RunDelete(run, Id), doubt: "a run may have been removed");

        // Also when there is nothing to delete any more: an earlier delete may have been committed without an answer.
        _runs.Remove(run);
        if (result.Outcome == RunWriteOutcome.Stale)
            throw RequestRefusedException.NotFound($"Run {run}");
    }

    public async Task<RunPage?> ListRunsAsync(ProjectId project, RunQuery query)
    {
        Authorize(project);
        // Retention removes runs without a word to their flows.
        _runs.LeaveBefore(RunIdRange.FirstFrom(retention.Value.Cutoff(clock.GetUtcNow())));
        return _runs.FindPage(query) ?? await store.ListRunsAsync(Id, query, _runs.Running, CancellationToken.None);
    }

    public Task<RunSummary?> FindRunAsync(ProjectId project, RunId run)
    {
        Authorize(project);
        return Task.FromResult(_runs.Find(run));
    }

    public Task<FlowStats> GetStatsAsync(ProjectId project)
    {
        Authorize(project);
        return Task.FromResult(_stats);
    }

    public async Task<RunSummary?> FinishRunAsync(RunOutcome outcome)
    {
        var row = outcome.Summary;
        var result = await journal.WriteAsync(RunFinish.Of(outcome), CancellationToken.None);

        if (result.Outcome == RunWriteOutcome.Stale)
        {
            if (_runs.Find(row.Id) is { Status: RunStatus.Running })
                ReadAnew("a run was ended elsewhere");
            return null;
        }

        if (_runs.Find(row.Id) is { Status: RunStatus.Running })
        {
            Enter(row);
            StartWaitingSoon();
        }
        else if (result.Outcome == RunWriteOutcome.Applied)
        {
            ReadAnew("a run ended that was not known to run");
        }

        if (result.Outcome == RunWriteOutcome.Applied)
            FlowRunsInstruments.OnRunFinished(row.Status, row.Duration ?? TimeSpan.Zero);
        return row;
    }

    void Enter(RunSummary ended)
    {
        _runs.Add(ended);
        _stats = _stats.WithFinish(ended);
    }

    async Task<StartedRun> StartAsync(FlowVersion version, StartRun request, RunId? retryOf, ImmutableArray<StepResult> done)
    {
        var (run, result) = await BeginAsync(version, request, retryOf, done);
        if (result is not { Outcome: RunWriteOutcome.Duplicate, ExistingRun: { } first })
            return new StartedRun(run, Id);

        return request.RequestHash == result.ExistingRequestHash
            ? new StartedRun(first, Id)
            : throw new RequestRefusedException(RefusalReason.Conflict, $"Idempotency-Key '{request.IdempotencyKey}' was used within the last 24 hours for another request; use a new key.");
    }

    /// <summary>Writes the start and, unless it is a duplicate, hands the run to its grain.</summary>
    async Task<(RunId Run, RunWriteResult Result)> BeginAsync(
        FlowVersion version, StartRun request, RunId? retryOf, ImmutableArray<StepResult> done, OccurrenceOutcome outcome = default, ScheduleProgress? progress = null)
    {
        var owner = placement.Choose() ?? throw new RequestRefusedException(RefusalReason.Unavailable, "This silo is shutting down; try again.");
        var run = _lastId = RunId.Next(_lastId, clock.GetUtcNow());
        using var activity = FlowRunsActivities.Start(Id, run, request.TraceParent);
        var assignment = new RunAssignment
        {
            Id = run,
            FlowId = Id,
            ProjectId = state.State.Project,
            Flow = version,
            Trigger = request.Trigger,
            Done = done,
            RetryOf = retryOf,
            IdempotencyKey = request.IdempotencyKey,
            TraceParent = activity?.Id ?? request.TraceParent,
            Owner = owner.ToParsableString(),
            Confirmed = placement.IsHere(owner) ? clock.GetTimestamp() : null,
        };
        var ended = await instant.TryExecuteAsync(assignment);
        FailPoint.Pass(FailPoint.BeforeAccept);
        var start = RunStart.Of(assignment) with
        {
            RequestHash = request.RequestHash,
            Outcome = outcome,
            Progress = progress,
            End = ended is null ? null : RunFinish.Of(ended),
        };
        // One that goes on is found by the sweep.
        var result = await WriteAsync(start, doubt: ended is null ? null : "a run may have been started and ended");

        FailPoint.Pass(FailPoint.AfterAccept);
        if (result.Outcome == RunWriteOutcome.Duplicate)
            return (run, result);

        _runs.Add(new RunSummary
        {
            Id = run,
            FlowId = Id,
            Status = RunStatus.Running,
            TriggerType = request.Trigger.Type,
            StepsCount = version.Definition.Steps.Length + 1,
            StepsSucceeded = 1 + done.Length,
        });
        _stats = _stats.WithStart(run);
        FlowRunsInstruments.OnRunStarted(request.Trigger, run.StartTime);
        if (ended is null)
        {
            await AssignAsync(assignment, owner);
        }
        else
        {
            Enter(ended.Summary);
            FlowRunsInstruments.OnRunFinished(ended.Summary.Status, ended.Summary.Duration ?? TimeSpan.Zero);
        }

        return (run, result);
    }

    /// <param name="doubt">What may have happened when no answer comes, so that memory is read anew; null where it need not be.</param>
    async Task<RunWriteResult> WriteAsync(JournalWrite write, string? doubt)
    {
        try
        {
            return await journal.WriteAsync(write, CancellationToken.None);
        }
        catch (StoreUnavailableException e) when (doubt is not null && !e.IsUntried)
        {
            ReadAnew(doubt);
            ReadAnewOnceSettled();
            throw;
        }
    }

    /// <summary>A commit that got no answer may be under way yet, and seen only after the next activation has read: once commits succeed again, that one reads anew too.</summary>
    void ReadAnewOnceSettled()
    {
        if (_isSettling)
            return;
        _isSettling = true;
        var next = GrainFactory.GetGrain<IGrainManagementExtension>(this.GetGrainId());

        // Not a timer of the grain, and not on its scheduler: this activation is about to end.
        _ = Task.Run(() => ReadAnewOnceSettledAsync(next));
    }

    async Task ReadAnewOnceSettledAsync(IGrainManagementExtension next)
    {
        for (var round = 0; round == 0 || (journal.IsFailing && round < MaxSettlingRounds); round++)
            await Task.Delay(journal.CommitTimeout, clock);
        try
        {
            await next.DeactivateOnIdle();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or RequestRefusedException)
        {
            // Who could not be asked is no longer there, or has not loaded it yet.
        }
    }

    async Task LoadHistoryAsync(CancellationToken cancellationToken)
    {
        var history = await store.LoadHistoryAsync(Id, options.Value.NewestInMemory, cancellationToken);
        _stats = history.Stats;
        _runs = new RecentRuns(history, options.Value.NewestInMemory);
        _lastId = _runs.NewestId;
    }

    void ReadAnew(string reason)
    {
        LogReadAnew(Id, reason);
        DeactivateOnIdle();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Flow {Flow} reads its history anew: {Reason}")]
    partial void LogReadAnew(FlowId flow, string reason);
}
