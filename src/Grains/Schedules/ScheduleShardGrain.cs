using System.Globalization;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace FlowRuns.Schedules;

/// <summary>Keeps the alarms of the next two minutes in memory and looks at the stored ones every minute, so that nothing it missed or forgot matters for longer.</summary>
/// <remarks>Reentrant, so that a flow that is slow to wake holds up no other: every turn leaves the queue and the timer consistent.</remarks>
[GrainType("schedule-shard"), Reentrant]
sealed partial class ScheduleShardGrain(IRunStore store, TimeProvider clock, ILogger<ScheduleShardGrain> logger) : Grain, IScheduleShardGrain, IRemindable, IDisposable
{
    const string Reminder = "wake-up";
    const int PageSize = 1000;

    // Enough to start thousands of runs a second over all shards, and few enough that the reads of flows that come into memory do not wait for each other until they give up.
    const int AtOnce = 8;

    static readonly TimeSpan Refresh = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Horizon = 2 * Refresh;
    static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // A timer does not notice that the clock is set forward: this is how long that may go unseen.
    static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    readonly AlarmQueue _alarms = new();
    readonly SemaphoreSlim _slots = new(AtOnce, AtOnce);
    bool _isLoaded;
    DateTimeOffset? _armed;
    IGrainTimer? _loading;
    IGrainTimer? _timer;

    /// <summary>What is due later is read in time. By the clock of each moment: after a jump forward nothing that is set is taken for far.</summary>
    DateTimeOffset Near => clock.GetUtcNow() + Horizon;

    int Shard => int.Parse(this.GetPrimaryKeyString().AsSpan("shard_".Length), CultureInfo.InvariantCulture);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _loading = this.RegisterGrainTimer(LoadAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Refresh) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task ArmAsync()
    {
        if (await this.GetReminder(Reminder) is null)
            await this.RegisterOrUpdateReminder(Reminder, Refresh, Refresh);
        if (!_isLoaded)
            await LoadAsync(CancellationToken.None);
        if (!_isLoaded)
            throw new RequestRefusedException(RefusalReason.Unavailable, $"Shard {Shard} could not read its alarms; it tries again.");
    }

    /// <remarks>That there is an activation again is all that the reminder is for.</remarks>
    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    public Task SetAsync(FlowId flow, DateTimeOffset? wakeTime)
    {
        if (wakeTime is { } time && time < Near)
            _alarms.Set(new Alarm(flow, time));
        else
            _alarms.Remove(flow);
        SetTimer();
        return Task.CompletedTask;
    }

    public void Dispose() => _slots.Dispose();

    async Task LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var near = Near;
            for (Alarm? last = null; await store.ListAlarmsAsync(Shard, near, last, PageSize, cancellationToken) is { IsEmpty: false } page; last = page[^1])
            {
                foreach (var alarm in page)
                    _alarms.Load(alarm);
                SetTimer();
            }

            _isLoaded = true;
        }
        catch (StoreUnavailableException e)
        {
            LogNotLoaded(Shard, e);
            _loading?.Change(RetryDelay, Refresh);
        }
    }

    void SetTimer()
    {
        if (_alarms.Next is not { } next || next == _armed)
            return;

        _timer?.Dispose();
        _armed = next;
        var rest = TimeSpan.FromTicks(Math.Clamp((next - clock.GetUtcNow()).Ticks, 0, LongestRest.Ticks));
        _timer = this.RegisterGrainTimer(RingAsync, new GrainTimerCreationOptions(rest, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
    }

    async Task RingAsync(CancellationToken cancellationToken)
    {
        using var timer = _timer;
        (_timer, _armed) = (null, null);
        var due = _alarms.TakeDue(clock.GetUtcNow());
        SetTimer();
        await Task.WhenAll(due.Select(WakeAsync));
    }

    async Task WakeAsync(FlowId flow)
    {
        await _slots.WaitAsync();
        DateTimeOffset? next = clock.GetUtcNow() + RetryDelay;
        try
        {
            next = await GrainFactory.GetGrain<IFlowGrain>(flow.ToString()).WakeAsync();
        }
#pragma warning disable CA1031 // one flow that cannot be woken must not keep the others waiting; it is tried again
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotWoken(flow, e);
        }
        finally
        {
            _slots.Release();
        }

        // Later ones are found when their time has come near.
        _alarms.Rang(flow, next < Near ? next : null);
        SetTimer();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} could not read its alarms; it goes on with those that it knows and tries again")]
    partial void LogNotLoaded(int shard, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Flow {Flow} could not be woken yet")]
    partial void LogNotWoken(FlowId flow, Exception exception);
}
