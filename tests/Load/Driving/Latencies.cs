using HdrHistogram;

namespace FlowRuns.Load.Driving;

/// <summary>Latencies in microseconds, written from many tasks.</summary>
sealed class Latencies
{
    const long Longest = 60_000_000;
    const int Digits = 3;

    readonly LongConcurrentHistogram _histogram = new(1, Longest, Digits);

    public HistogramBase Histogram => _histogram;

    /// <param name="since">A timestamp of the system's clock.</param>
    public void Add(long since) => _histogram.RecordValue(Math.Clamp((long)TimeProvider.System.GetElapsedTime(since).TotalMicroseconds, 1, Longest));
}
