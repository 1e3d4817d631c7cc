using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Schedules;

namespace FlowRuns.Gateway.Schedules;

sealed record ScheduleBody
{
    public required FlowId FlowId { get; init; }

    public required FlowStatus Status { get; init; }

    /// <summary>The schedule in words.</summary>
    public required string Description { get; init; }

    public required string TimeZone { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Those that it would have, when the flow is not enabled.</summary>
    public required ImmutableArray<DueTimeBody> Next { get; init; }

    public static ScheduleBody Of(ScheduleDetail schedule)
    {
        var trigger = schedule.Trigger;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(trigger.TimeZone ?? "UTC");
        return new ScheduleBody
        {
            FlowId = schedule.FlowId,
            Status = schedule.Status,
            Description = ScheduleWords.Of(trigger),
            TimeZone = trigger.TimeZone ?? "UTC",
            StartsAt = trigger.StartsAt,
            EndsAt = trigger.EndsAt,
            PausedUntil = schedule.PausedUntil,
            Next = [.. schedule.Next.Select(time => DueTimeBody.Of(time, zone))],
        };
    }
}
