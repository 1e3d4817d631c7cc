using FlowRuns.Flows;

namespace FlowRuns.Storage;

/// <summary>Where the schedule of an enabled flow stands. What it says is in the flow's definition, which only the flow's grain knows.</summary>
/// <param name="Revision">Of the schedule; raised with each change, so that an activation that missed one cannot undo it.</param>
/// <param name="HandledUntil">Every due time up to this has its outcome, or is <paramref name="Waiting"/>.</param>
/// <param name="WakeTime">When the flow is to be woken next; null means never.</param>
/// <param name="Waiting">The due time whose run starts once the previous one has ended.</param>
sealed record ScheduleRow(FlowId Flow, int Revision, DateTimeOffset HandledUntil, DateTimeOffset? WakeTime, DateTimeOffset? Waiting = null);
