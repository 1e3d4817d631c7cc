namespace FlowRuns.Load.Baselines;

/// <summary>What plain code on the same PostgreSQL reaches that commits so often per run.</summary>
sealed record Baseline(int CommitsPerRun, int Connections, double RunsPerSecond, double CommitMilliseconds);
