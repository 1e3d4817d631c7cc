using System.Collections.Immutable;
using FlowRuns.Triggers;

namespace FlowRuns.Schedules;

/// <summary>Which of the due times that would start a run may, while the flow's previous scheduled run is under way. Pure.</summary>
static class Overlap
{
    /// <param name="due">Oldest first.</param>
    /// <param name="waiting">The due time that waits already.</param>
    /// <returns>The outcomes, without that of the one that now waits.</returns>
    public static (ImmutableArray<Occurrence> Outcomes, DateTimeOffset? Waiting) Apply(
        OverlapPolicy policy, ImmutableArray<Occurrence> due, bool isRunning, DateTimeOffset? waiting) => policy switch
        {
            OverlapPolicy.Skip => Hold(due, isRunning, isQueueFull: true, waiting),
            OverlapPolicy.QueueOne => Hold(due, isRunning || waiting is not null, isQueueFull: waiting is not null, waiting),
            OverlapPolicy.CancelPrevious => (KeepNewest(due), waiting),
            _ => (due, waiting),
        };

    static (ImmutableArray<Occurrence> Outcomes, DateTimeOffset? Waiting) Hold(ImmutableArray<Occurrence> due, bool isRunning, bool isQueueFull, DateTimeOffset? waiting)
    {
        var outcomes = ImmutableArray.CreateBuilder<Occurrence>(due.Length);
        foreach (var occurrence in due)
        {
            if (!occurrence.Starts)
            {
                outcomes.Add(occurrence);
            }
            else if (!isRunning)
            {
                isRunning = true;
                outcomes.Add(occurrence);
            }
            else if (!isQueueFull)
            {
                isQueueFull = true;
                waiting = occurrence.DueTime;
            }
            else
            {
                outcomes.Add(occurrence with { Outcome = OccurrenceOutcome.SkippedOverlap });
            }
        }

        return (outcomes.ToImmutable(), waiting);
    }

    /// <summary>Each run would cancel the one before it: only the newest is worth starting.</summary>
    static ImmutableArray<Occurrence> KeepNewest(ImmutableArray<Occurrence> due)
    {
        var newest = due.LastOrDefault(occurrence => occurrence.Starts);
        return [.. due.Select(occurrence => occurrence.Starts && occurrence != newest ? occurrence with { Outcome = OccurrenceOutcome.Coalesced } : occurrence)];
    }
}
