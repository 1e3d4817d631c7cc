namespace FlowRuns.Flows;

/// <summary>Milliseconds within which half, 95 % and 99 % of the finished runs ended, each within 2 %.</summary>
public sealed record DurationPercentiles(long P50, long P95, long P99)
{
    /// <summary>null when no run has finished.</summary>
    public static DurationPercentiles? Of(DurationSketch durations) =>
        durations.Counts.IsEmpty ? null : new DurationPercentiles(durations.Percentile(0.50), durations.Percentile(0.95), durations.Percentile(0.99));
}
