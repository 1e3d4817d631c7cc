using FlowRuns.Load.Measures;

namespace FlowRuns.Load.Histories;

/// <summary>How long it took to drop the oldest whole week of a history, and how fast the newest page of a list was answered before and meanwhile.</summary>
/// <param name="Runs">Of that week.</param>
sealed record DropMeasurement(long Runs, double Milliseconds, Percentiles ListBefore, Percentiles ListMeanwhile);
