namespace FlowRuns.Failover.Tests.Schedules;

/// <summary>How long after their due times runs started, in milliseconds.</summary>
sealed class Lateness
{
    static readonly int[] Bounds = [50, 100, 250, 500, 1000, 2500, 5000, 10_000];

    readonly double[] sorted;

    public Lateness(IEnumerable<double> milliseconds) => sorted = [.. milliseconds.Order()];

    public double Max => At(1);

    /// <param name="share">0.5 for the median; 0.99 for what all but the latest of a hundred keep to.</param>
    public double At(double share) => sorted.Length == 0 ? double.NaN : sorted[(int)Math.Ceiling(share * sorted.Length) - 1];

    /// <summary>How many started within each bound and not within the one before.</summary>
    public string Histogram => string.Join(", ", Bounds.Prepend(int.MinValue).Zip(Bounds.Append(int.MaxValue), (above, upTo) =>
        $"{(upTo == int.MaxValue ? "more" : $"≤ {upTo}")}: {sorted.Count(value => value > above && value <= upTo)}"));

    public override string ToString() => $"{At(0.5):0} / {At(0.99):0} / {Max:0} ms";
}
