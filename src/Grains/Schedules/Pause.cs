namespace FlowRuns.Schedules;

/// <summary>Due times from <see cref="From"/> on and before <see cref="Until"/> pass without a run.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.schedule-pause")]
sealed record Pause([property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset Until)
{
    public bool Covers(DateTimeOffset time) => time >= From && time < Until;
}
