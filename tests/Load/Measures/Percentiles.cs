using HdrHistogram;

namespace FlowRuns.Load.Measures;

sealed record Percentiles(double P50, double P99)
{
    /// <param name="microseconds">Percentiles are in milliseconds.</param>
    public static Percentiles Of(HistogramBase microseconds) => new(microseconds.GetValueAtPercentile(50) / 1000.0, microseconds.GetValueAtPercentile(99) / 1000.0);

    public override string ToString() => $"{P50:0.0} / {P99:0.0}";
}
