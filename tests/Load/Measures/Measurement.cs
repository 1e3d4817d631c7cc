namespace FlowRuns.Load.Measures;

/// <summary>One scenario under one pressure on one profile. Figures are of the measured seconds, after the warm-up.</summary>
sealed record Measurement
{
    public required string Scenario { get; init; }

    public required string Profile { get; init; }

    public required int Silos { get; init; }

    public required string Pressure { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Runs that ended in these seconds.</summary>
    public required int Completed { get; init; }

    public double RunsPerSecond => Completed / Seconds;

    /// <summary>Starts that were answered with 503 and tried again.</summary>
    public required int Refused { get; init; }

    public required Percentiles AcceptMilliseconds { get; init; }

    /// <summary>The median of a plain client's commits on the same server; of a single connection on PostgreSQL only.</summary>
    public required double? CommitMilliseconds { get; init; }

    /// <summary>From a run's start time to its finish time, as its list shows them.</summary>
    public required Percentiles RunMilliseconds { get; init; }

    public required double ProductCpuPerThousand { get; init; }

    public required double DatabaseCpuPerThousand { get; init; }

    public required double DriverCpuPerThousand { get; init; }

    /// <summary>As PostgreSQL counts them, those that only read too; null for the embedded profile.</summary>
    public required double? TransactionsPerRun { get; init; }

    public required double? LogBytesPerRun { get; init; }

    public required double StoredBytesPerRun { get; init; }

    /// <summary>Of the silo that had the most.</summary>
    public required double ProductPeakMegabytes { get; init; }

    /// <summary>What the check of the history afterwards found; empty when every accepted run ended and all figures equal a recount.</summary>
    public required IReadOnlyList<string> Faults { get; init; }
}
