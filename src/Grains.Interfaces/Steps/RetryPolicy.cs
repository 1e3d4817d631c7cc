using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>How often a failing step is tried, and how long it rests in between.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.retry-policy")]
public sealed record RetryPolicy
{
    /// <summary>All attempts, the first one included: 1 to 100.</summary>
    [Id(0)]
    public int MaxAttempts { get; init; } = 3;

    [Id(1)]
    public Backoff Backoff { get; init; } = Backoff.Exponential;

    /// <summary>The rest after the first failure.</summary>
    [Id(2), JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>No rest is longer, except where a server asks for more with <c>Retry-After</c>.</summary>
    [Id(3), JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The rest between attempt <paramref name="attempt"/> (from 1) and the next.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        if (Backoff == Backoff.Fixed)
            return InitialDelay < MaxDelay ? InitialDelay : MaxDelay;

        var delay = InitialDelay.Ticks * Math.Pow(2, attempt - 1);
        return delay < MaxDelay.Ticks ? TimeSpan.FromTicks((long)delay) : MaxDelay;
    }
}
