using FlowRuns.Load.Baselines;
using FlowRuns.Load.Measures;

namespace FlowRuns.Load.Results;

/// <summary>Everything that one command measured.</summary>
sealed record Report
{
    public required DateTimeOffset Date { get; init; }

    public required string Command { get; init; }

    public required Machine Machine { get; init; }

    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    public required IReadOnlyList<Baseline> Baselines { get; init; }

    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>Of the plain clients that commit so often, the fastest.</summary>
    public Baseline? FindBest(int commitsPerRun) => Baselines.Where(baseline => baseline.CommitsPerRun == commitsPerRun).MaxBy(baseline => baseline.RunsPerSecond);

    /// <summary>How long one commit takes when nobody else wants one.</summary>
    public double? LoneCommit => Baselines.FirstOrDefault(baseline => baseline.Connections == 1)?.CommitMilliseconds;
}
