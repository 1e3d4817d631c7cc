using FlowRuns.Triggers;

namespace FlowRuns.Runs;

/// <summary>A request to start a run.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.start-run")]
public sealed record StartRun
{
    [Id(0)]
    public required Trigger Trigger { get; init; }

    /// <summary>Makes a repeat within 24 hours return the first run; null when the caller gave none.</summary>
    [Id(1)]
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of what was asked for, in hex: a repeat of the key with another one is refused. Required with a key.</summary>
    [Id(2)]
    public string? RequestHash { get; init; }

    /// <summary>The W3C <c>traceparent</c> of the request.</summary>
    [Id(3)]
    public string? TraceParent { get; init; }
}
