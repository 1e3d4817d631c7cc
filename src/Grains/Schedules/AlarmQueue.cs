using FlowRuns.Flows;
using FlowRuns.Storage;

namespace FlowRuns.Schedules;

/// <summary>The next alarms of a shard, one per flow, earliest first.</summary>
sealed class AlarmQueue
{
    readonly Dictionary<FlowId, DateTimeOffset> _times = [];
    readonly PriorityQueue<FlowId, DateTimeOffset> _queue = new();
    readonly Dictionary<FlowId, DateTimeOffset?> _ringing = [];

    /// <summary>When the next alarm is due; null when there is none.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            DropStale();
            return _queue.TryPeek(out _, out var time) ? time : null;
        }
    }

    public void Set(Alarm alarm)
    {
        if (_times.TryGetValue(alarm.Flow, out var known) && known == alarm.Time)
            return;
        _times[alarm.Flow] = alarm.Time;
        _queue.Enqueue(alarm.Flow, alarm.Time);
    }

    /// <summary>Sets an alarm as the store had it when it was read; of one that was set meanwhile the earlier stays. None while the flow is being woken: then the store is about to change.</summary>
    public void Load(Alarm alarm)
    {
        if (!_ringing.ContainsKey(alarm.Flow))
            SetEarlier(alarm);
    }

    public void Remove(FlowId flow) => _times.Remove(flow);

    /// <summary>Takes the flows that are due. None is taken again until <see cref="Rang"/> is called for it.</summary>
    public List<FlowId> TakeDue(DateTimeOffset now)
    {
        var due = new List<FlowId>();
        while (Next is { } time && time <= now)
        {
            var flow = _queue.Dequeue();
            _times.Remove(flow);
            if (_ringing.TryAdd(flow, null))
                due.Add(flow);
            else
                _ringing[flow] = time;
        }

        return due;
    }

    /// <summary>The flow is awake. An alarm that was set meanwhile stays when it is earlier: one too many does no harm, one too few does.</summary>
    public void Rang(FlowId flow, DateTimeOffset? next)
    {
        _ringing.Remove(flow, out var again);
        if ((again ?? next) is { } time)
            SetEarlier(new Alarm(flow, time));
    }

    void SetEarlier(Alarm alarm)
    {
        if (!_times.TryGetValue(alarm.Flow, out var set) || alarm.Time < set)
            Set(alarm);
    }

    /// <summary>Entries of flows whose alarm was moved or removed since stay in the queue until they come up.</summary>
    void DropStale()
    {
        while (_queue.TryPeek(out var flow, out var time) && (!_times.TryGetValue(flow, out var set) || set != time))
            _queue.Dequeue();
    }
}
