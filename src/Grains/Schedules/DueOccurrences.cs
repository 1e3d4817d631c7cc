using System.Collections.Immutable;
using FlowRuns.Triggers;

namespace FlowRuns.Schedules;

/// <summary>Gives every due time up to now its outcome: what is on time fires, what was missed is caught up with as the schedule says.</summary>
/// <remarks>Pure: the clock is an argument. Overlap comes after it, in <see cref="Overlap"/>.</remarks>
static class DueOccurrences
{
    /// <summary>How many due times of one outage get a row of their own, the newest ones; older ones share rows.</summary>
    public const int MaxListed = 1000;

    /// <summary>How many due times share a row at most, and how many are looked at in one go.</summary>
    public const int MaxShared = 50_000;

    /// <summary>A due time that is looked at up to this late is on time: a busy moment is no outage.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromSeconds(5);

    static readonly TimeSpan DefaultWindow = TimeSpan.FromHours(1);
    const int DefaultLimit = 10;

    /// <summary>The outcomes of due times after <paramref name="handledUntil"/>, oldest first, and how far they reach: when more than can be looked at in one go are due, not to now.</summary>
    /// <param name="isEnd">Whether the schedule ends now: a due time whose jitter is not over starts early then.</param>
    public static (ImmutableArray<Occurrence> Outcomes, DateTimeOffset HandledUntil, bool HasMore) Decide(
        DueTimes times, CatchUp? catchUp, Pause? pause, DateTimeOffset handledUntil, DateTimeOffset now, bool isEnd = false)
    {
        var listed = ListNewest(times, handledUntil, now, isEnd);
        if (listed.Count == 0)
            return ([], handledUntil, false);

        var chosen = Choose(listed, catchUp ?? new CatchUp(), pause, times, now);
        var outcomes = ImmutableArray.CreateBuilder<Occurrence>();
        var reached = handledUntil;
        for (var seen = 0; times.Next(reached) is { } due && due < listed[^1]; reached = due)
        {
            if (seen++ == MaxShared)
                return (outcomes.ToImmutable(), reached, true);

            var occurrence = chosen.Older(due);
            if (outcomes.Count > 0 && outcomes[^1] is var last && last.Outcome == occurrence.Outcome && last.Reason == occurrence.Reason)
                outcomes[^1] = last with { Until = due, Count = (last.Count ?? 1) + 1 };
            else
                outcomes.Add(occurrence);
        }

        for (var i = listed.Count - 1; i >= 0; i--)
            outcomes.Add(chosen.Listed[i]);
        return (outcomes.ToImmutable(), listed[0], false);
    }

    /// <summary>Newest first.</summary>
    static List<DateTimeOffset> ListNewest(DueTimes times, DateTimeOffset handledUntil, DateTimeOffset now, bool isEnd)
    {
        var listed = new List<DateTimeOffset>();
        for (var due = times.Last(now); due > handledUntil && listed.Count < MaxListed; due = times.Last(due.Value.AddTicks(-1)))
        {
            if (isEnd || times.StartOf(due.Value) <= now)
                listed.Add(due.Value);
        }

        return listed;
    }

    /// <summary>Goes from the newest to the oldest, since the newest ones are those that are caught up with.</summary>
    static Choice Choose(List<DateTimeOffset> listed, CatchUp catchUp, Pause? pause, DueTimes times, DateTimeOffset now)
    {
        var window = catchUp.Window ?? DefaultWindow;
        var limit = catchUp.Policy == CatchUpPolicy.All ? catchUp.Limit ?? DefaultLimit : 1;
        var runs = 0;
        var outcomes = listed.ConvertAll(due => Of(due, now - times.StartOf(due) <= OnTime));
        return new Choice(outcomes, due => Of(due, isOnTime: false, isOlder: true));

        Occurrence Of(DateTimeOffset due, bool isOnTime, bool isOlder = false)
        {
            if (pause?.Covers(due) ?? false)
                return Missed(due, MissedReason.Paused);
            if (isOnTime)
                return Started(due, OccurrenceOutcome.Fired);
            if (catchUp.Policy == CatchUpPolicy.None)
                return Missed(due, MissedReason.CatchUpNone);
            if (now - times.StartOf(due) > window)
                return Missed(due, MissedReason.OutsideWindow);
            if (!isOlder && runs < limit)
                return Started(due, OccurrenceOutcome.CaughtUp);
            return catchUp.Policy == CatchUpPolicy.One && runs > 0
                ? new Occurrence { DueTime = due, Outcome = OccurrenceOutcome.Coalesced }
                : Missed(due, MissedReason.OverLimit);
        }

        Occurrence Started(DateTimeOffset due, OccurrenceOutcome outcome)
        {
            // One that is on time stands for all that were missed, but takes nothing from what ALL may catch up with.
            if (outcome == OccurrenceOutcome.CaughtUp || catchUp.Policy == CatchUpPolicy.One)
                runs++;
            return new Occurrence { DueTime = due, Outcome = outcome };
        }
    }

    static Occurrence Missed(DateTimeOffset due, MissedReason reason) => new() { DueTime = due, Outcome = OccurrenceOutcome.Missed, Reason = reason };

    /// <param name="Listed">Outcomes of the newest due times, newest first.</param>
    /// <param name="Older">The outcome of one before them.</param>
    readonly record struct Choice(List<Occurrence> Listed, Func<DateTimeOffset, Occurrence> Older);
}
