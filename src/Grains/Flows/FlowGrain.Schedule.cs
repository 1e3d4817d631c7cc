using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;
using FlowRuns.Storage;
using FlowRuns.Triggers;
using Microsoft.Extensions.Logging;

namespace FlowRuns.Flows;

/// <summary>The due times of a flow: each gets its outcome here, when the shard wakes the flow and before its schedule changes.</summary>
/// <remarks>Outcomes are decided from memory and made true by the store: what another activation decided first stays so.</remarks>
sealed partial class FlowGrain
{
    // How long a change may take between its announcement and the end; and how soon a lost end of a run is noticed by the one that waits for it.
    static readonly TimeSpan ChangePatience = TimeSpan.FromSeconds(10);
    static readonly TimeSpan WaitingPatience = TimeSpan.FromMinutes(1);

    /// <summary>The row as the store has it; null when it has none.</summary>
    ScheduleRow? _schedule;
    Task _deciding = Task.CompletedTask;
    IGrainTimer? _startWaiting;

    bool IsScheduled => state.State is { Status: FlowStatus.Active, Deleted: false } && Current.Definition.Trigger.Type == TriggerType.Schedule;

    DueTimes DueTimes => new(Current.Definition.Trigger, Id, state.State.ScheduledSince);

    IScheduleShardGrain Shard => GrainFactory.GetGrain<IScheduleShardGrain>(IScheduleShardGrain.KeyOf(IScheduleShardGrain.Of(Id)));

    public async Task<DateTimeOffset?> WakeAsync()
    {
        if (state.RecordExists)
        {
            await DecideUntilAsync(clock.Now());
            return _schedule?.WakeTime;
        }

        // A flow whose creation was never stored.
        await store.DeleteScheduleAsync(Id, int.MaxValue, CancellationToken.None);
        DeactivateOnIdle();
        return null;
    }

    public Task<ScheduleDetail> GetScheduleAsync(ProjectId project, int count)
    {
        AuthorizeSchedule(project);
        return Task.FromResult(ScheduleDetail(count));
    }

    public async Task<ScheduleDetail> PauseScheduleAsync(ProjectId project, DateTimeOffset? until, int count)
    {
        AuthorizeSchedule(project);
        var now = clock.Now();
        if (until <= now)
            throw new RequestRefusedException([new FieldError("until", "lies in the past; give a later time, or resume the schedule.")]);

        // Under the pause that there is until now; what is due from here on is the new one's. A resume ends nothing that waits.
        await (until is null ? DecideUntilAsync(now) : EndScheduleAsync(now));
        state.State.Pause = until is { } end ? new Pause(now, end) : null;
        state.State.ScheduleRevision++;
        await SaveAsync();
        return ScheduleDetail(count);
    }

    void AuthorizeSchedule(ProjectId project)
    {
        Authorize(project);
        if (Current.Definition.Trigger.Type != TriggerType.Schedule)
            throw RequestRefusedException.NotFound($"Schedule of flow {Id}");
    }

    ScheduleDetail ScheduleDetail(int count)
    {
        var now = clock.Now();
        var flow = state.State;
        var times = IsScheduled ? DueTimes : new DueTimes(Current.Definition.Trigger, Id, now);
        var pausedUntil = flow.Pause is { } pause && pause.Covers(now) ? pause.Until : (DateTimeOffset?)null;
        var next = ImmutableArray.CreateBuilder<DateTimeOffset>(count);
        for (var due = times.Next(pausedUntil?.AddTicks(-1) ?? now); due is not null && next.Count < count; due = times.Next(due.Value))
            next.Add(due.Value);
        return new ScheduleDetail { FlowId = Id, Trigger = Current.Definition.Trigger, Status = flow.Status, PausedUntil = pausedUntil, Next = next.ToImmutable() };
    }

    /// <summary>Gives due times up to now the outcome that the schedule gives them which is about to change; the one that waits gets no run any more.</summary>
    async Task EndScheduleAsync(DateTimeOffset now)
    {
        await DecideUntilAsync(now, isEnd: true);
        if (_schedule is { Waiting: { } waiting } row)
            await AdvanceAsync(row with { Waiting = null }, [], [new Occurrence { DueTime = waiting, Outcome = OccurrenceOutcome.SkippedOverlap }]);
    }

    /// <summary>To be followed by a save, which writes the row.</summary>
    void BeginSchedule(DateTimeOffset now)
    {
        state.State.ScheduleRevision++;
        state.State.ScheduledSince = now;
    }

    /// <summary>Makes sure that the flow is woken soon when this process dies before the save has done all that it does.</summary>
    async Task AnnounceScheduleAsync()
    {
        if (!IsScheduled || _schedule?.Revision == state.State.ScheduleRevision)
            return;

        var soon = clock.Now() + ChangePatience;
        await store.PutScheduleAsync(
            new ScheduleRow(Id, _schedule?.Revision ?? 0, _schedule?.HandledUntil ?? state.State.ScheduledSince, _schedule?.WakeTime < soon ? _schedule.WakeTime : soon, _schedule?.Waiting),
            CancellationToken.None);
    }

    /// <summary>Brings the row in line with the state, and tells the shard.</summary>
    async Task PutScheduleAsync()
    {
        var revision = state.State.ScheduleRevision;
        if (IsScheduled && _schedule?.Revision != revision)
        {
            var since = state.State.ScheduledSince;
            var handled = _schedule?.HandledUntil > since ? _schedule.HandledUntil : since;
            var row = new ScheduleRow(Id, revision, handled, WakeTime(handled, _schedule?.Waiting), _schedule?.Waiting);
            await store.PutScheduleAsync(row, CancellationToken.None);
            await SetAlarmAsync(row);
        }
        else if (!IsScheduled && _schedule is not null)
        {
            await store.DeleteScheduleAsync(Id, revision, CancellationToken.None);
            await SetAlarmAsync(null);
        }
    }

    async Task SetAlarmAsync(ScheduleRow? row)
    {
        _schedule = row;
        try
        {
            await Shard.SetAsync(Id, row?.WakeTime);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or RequestRefusedException)
        {
            // The shard looks at the stored rows every minute.
            LogNotTold(Id, e);
        }
    }

    DateTimeOffset? WakeTime(DateTimeOffset handledUntil, DateTimeOffset? waiting)
    {
        var times = DueTimes;
        var next = times.Next(handledUntil) is { } due ? Later(times.StartOf(due), state.State.Pause is { } pause && pause.Covers(due) ? pause.Until : due) : (DateTimeOffset?)null;
        var look = clock.Now() + WaitingPatience;
        return waiting is not null && (next is null || next > look) ? look : next;

        static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
    }

    /// <summary>One after another: each decides from what the one before it left.</summary>
    async Task DecideUntilAsync(DateTimeOffset now, bool isEnd = false)
    {
        while (!_deciding.IsCompleted)
            await _deciding;
        await (_deciding = DecideAsync(now, isEnd));
    }

    async Task DecideAsync(DateTimeOffset now, bool isEnd)
    {
        // The row must not be that of a change which is not stored in the end.
        await _saving;
        await PutScheduleAsync();
        while (IsScheduled && _schedule is { } row)
        {
            var trigger = Current.Definition.Trigger;
            var isRunning = _runs.Scheduled.Any();
            if (row.Waiting is { } ready && !isRunning)
            {
                await AdvanceAsync(row with { Waiting = null }, [new Occurrence { DueTime = ready, Outcome = OccurrenceOutcome.Fired }], []);
                continue;
            }

            var (due, handledUntil, hasMore) = DueOccurrences.Decide(DueTimes, trigger.CatchUp, state.State.Pause, row.HandledUntil, now, isEnd);
            var policy = trigger.Overlap ?? OverlapPolicy.Allow;
            var (outcomes, waiting) = Overlap.Apply(policy, due, isRunning, row.Waiting);
            var next = row with { HandledUntil = handledUntil, Waiting = waiting };
            if (policy == OverlapPolicy.CancelPrevious && outcomes.Any(outcome => outcome.Starts))
                await StopPreviousAsync();
            await AdvanceAsync(next, [.. outcomes.Where(outcome => outcome.Starts)], [.. outcomes.Where(outcome => !outcome.Starts)]);

            // What the one that waits waits for may have ended while its row was written.
            if (!hasMore && (_schedule?.Waiting is null || _runs.Scheduled.Any()))
                return;
        }
    }

    /// <summary>Writes outcomes and the row; the row with the last of them, so that it never says more than is durable.</summary>
    async Task AdvanceAsync(ScheduleRow row, ImmutableArray<Occurrence> starts, ImmutableArray<Occurrence> others)
    {
        row = row with { WakeTime = WakeTime(row.HandledUntil, row.Waiting) };
        if (row == _schedule && starts.IsEmpty && others.IsEmpty)
            return;

        var progress = new ScheduleProgress(row) { Outcomes = others };
        if (starts.IsEmpty)
        {
            await journal.WriteAsync(progress, CancellationToken.None);
        }
        else
        {
            await Task.WhenAll(starts[..^1].Select(start => FireAsync(start, progress: null)));
            await FireAsync(starts[^1], progress);
        }

        if (_schedule?.Revision == row.Revision)
            _schedule = row;
    }

    async Task FireAsync(Occurrence due, ScheduleProgress? progress)
    {
        var (run, result) = await BeginAsync(Stored, new StartRun { Trigger = Trigger.Scheduled(due.DueTime) }, retryOf: null, done: [], due.Outcome, progress);
        if (result is { Outcome: RunWriteOutcome.Duplicate, ExistingRun: { } first } && first != run && _runs.Find(first) is null)
            ReadAnew("a due time has a run that was not known");
    }

    async Task StopPreviousAsync()
    {
        foreach (var run in _runs.Scheduled.ToList())
        {
            try
            {
                await CancelRunAsync(state.State.Project, run);
            }
            catch (Exception e) when (e is RequestRefusedException or OrleansException)
            {
                // It has ended, or will be cancelled once it is taken up: nothing that the next run should wait for.
                LogNotCanceled(run, e);
            }
        }
    }

    /// <summary>In a turn of its own: the run whose end was reported must not wait for the next one's start.</summary>
    void StartWaitingSoon()
    {
        if (_schedule?.Waiting is null)
            return;

        _startWaiting?.Dispose();
        _startWaiting = this.RegisterGrainTimer(static (flow, _) => flow.WakeAsync(), this, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schedule of flow {Flow} has changed, but its shard does not answer; it finds out within a minute")]
    partial void LogNotTold(FlowId flow, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Run} is not cancelled for the one that follows it")]
    partial void LogNotCanceled(RunId run, Exception exception);
}
