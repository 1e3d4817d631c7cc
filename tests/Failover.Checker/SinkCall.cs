namespace FlowRuns.Failover.Checker;

/// <summary>A call that a step made to the sink. Lines are in the order of arrival.</summary>
sealed record SinkCall
{
    public required DateTimeOffset At { get; init; }

    public required string Path { get; init; }

    /// <summary>The header <c>Idempotency-Key</c>; null when there was none.</summary>
    public string? Key { get; init; }
}
