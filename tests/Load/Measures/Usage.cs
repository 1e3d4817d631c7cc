namespace FlowRuns.Load.Measures;

/// <summary>What has been used up to a moment; two of them tell what was used between.</summary>
sealed record Usage
{
    public required DateTimeOffset At { get; init; }

    public required TimeSpan ProductCpu { get; init; }

    public required TimeSpan DatabaseCpu { get; init; }

    public required TimeSpan DriverCpu { get; init; }

    /// <summary>In the product's database; 0 for the embedded profile.</summary>
    public required long Transactions { get; init; }

    public required long LogBytes { get; init; }
}
