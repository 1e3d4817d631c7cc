using System.Buffers.Binary;
using System.Security.Cryptography;
using FlowRuns.Flows;
using FlowRuns.Triggers;

namespace FlowRuns.Schedules;

/// <summary>When a schedule is due: its cron expression, or a beat, within its start and end.</summary>
sealed class DueTimes
{
    readonly CronTimes? _cron;
    readonly TimeSpan _every;
    readonly DateTimeOffset _anchor;
    readonly DateTimeOffset _first;
    readonly DateTimeOffset _end;
    readonly TimeSpan _jitter;
    readonly FlowId _flow;

    /// <param name="since">When the schedule was enabled or last changed: it has no due time at or before this, and a beat without a start counts from here.</param>
    public DueTimes(TriggerDefinition trigger, FlowId flow, DateTimeOffset since)
    {
        _flow = flow;
        var zone = trigger.TimeZone is { } name ? TimeZoneInfo.FindSystemTimeZoneById(name) : TimeZoneInfo.Utc;
        _cron = trigger.Cron is { } cron ? CronTimes.Parse(cron, zone) : null;
        _every = trigger.Every.GetValueOrDefault();
        var start = trigger.StartsAt?.AddTicks(-(trigger.StartsAt.Value.Ticks % TimeSpan.TicksPerMillisecond));
        _anchor = start ?? since;
        _first = start > since ? start.Value : since.AddTicks(1);
        _end = trigger.EndsAt ?? DateTimeOffset.MaxValue;
        _jitter = trigger.Jitter.GetValueOrDefault();
    }

    /// <summary>The first due time after this; null when there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var from = after < _first ? _first : after.AddTicks(1);
        return Within(_cron is null ? NextBeat(from) : _cron.Next(from.UtcDateTime));
    }

    /// <summary>The last due time that is not after this; null when there is none yet.</summary>
    public DateTimeOffset? Last(DateTimeOffset upTo)
    {
        var until = upTo < _end ? upTo : _end.AddTicks(-1);
        return Within(_cron is null ? LastBeat(until) : _cron.Last(until.UtcDateTime));
    }

    /// <summary>When the run of a due time is to start: never after the next due time, so that runs start in the order of their due times.</summary>
    public DateTimeOffset StartOf(DateTimeOffset due)
    {
        if (_jitter <= TimeSpan.Zero)
            return due;

        var start = due + TimeSpan.FromMilliseconds((long)(_jitter.TotalMilliseconds * Share(due)));
        return Next(due) is { } next && next < start ? next : start;
    }

    DateTimeOffset? Within(DateTimeOffset? time) => time >= _first && time < _end ? time.Value.ToUniversalTime() : null;

    DateTimeOffset? NextBeat(DateTimeOffset from)
    {
        var beats = from <= _anchor ? 0 : (from - _anchor + _every - TimeSpan.FromTicks(1)).Ticks / _every.Ticks;
        return _anchor + (beats * _every);
    }

    DateTimeOffset? LastBeat(DateTimeOffset until) => until < _anchor ? null : _anchor + ((until - _anchor).Ticks / _every.Ticks * _every);

    /// <summary>From 0 to below 1, the same for the same flow and due time in every process.</summary>
    double Share(DateTimeOffset due)
    {
        Span<byte> text = stackalloc byte[24];
        _flow.Value.TryWriteBytes(text);
        BinaryPrimitives.WriteInt64BigEndian(text[16..], due.ToUnixTimeMilliseconds());
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(text)) / (uint.MaxValue + 1d);
    }
}
