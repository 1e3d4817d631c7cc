using FlowRuns.Load.Measures;

namespace FlowRuns.Load.Histories;

/// <summary>How fast one kind of read is answered on a history of so many runs.</summary>
/// <param name="Adding">How many runs per second were started meanwhile.</param>
sealed record ReadMeasurement(long Runs, int Adding, string Read, double PerSecond, Percentiles Milliseconds);
