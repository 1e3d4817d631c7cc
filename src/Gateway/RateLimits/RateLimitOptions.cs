namespace FlowRuns.Gateway.RateLimits;

/// <summary>How much one caller may ask, from <c>FlowRuns:RateLimit</c>.</summary>
sealed class RateLimitOptions
{
    public const string Section = "FlowRuns:RateLimit";

    /// <summary>Requests per key, or per address without one, in one hour of the clock: 1 to 1,000,000,000. Counted by each gateway process for itself.</summary>
    public int RequestsPerHour { get; set; } = 360_000;
}
