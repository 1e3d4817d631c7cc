using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>What becomes of occurrences that fell while nothing was running.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.catch-up")]
public sealed record CatchUp
{
    [Id(0)]
    public CatchUpPolicy Policy { get; init; } = CatchUpPolicy.One;

    /// <summary>How late a missed occurrence may still start a run; null means one hour.</summary>
    [Id(1), JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan? Window { get; init; }

    /// <summary>With <see cref="CatchUpPolicy.All"/>: how many runs at most, the newest ones; 1 to 1000, null means 10.</summary>
    [Id(2)]
    public int? Limit { get; init; }
}
