namespace FlowRuns.Load.Baselines;

/// <summary>What plain code on the same PostgreSQL reaches that commits so often per run.</summary>
/// <param name="CpuPerThousand">Seconds per 1,000 runs, of client and database together.</param>
sealed record Baseline(int CommitsPerRun, int Connections, double RunsPerSecond, double CommitMilliseconds, double CpuPerThousand);
