using FlowRuns.Json;

namespace FlowRuns.Gateway.Runs;

/// <summary>The body of a start, which may also be missing: then <see cref="Data"/> is null.</summary>
sealed record StartRunRequest
{
    public static StartRunRequest Empty { get; } = new();

    /// <summary>Any JSON value; the run sees it as <c>trigger.body</c>.</summary>
    public JsonData? Data { get; init; }
}
