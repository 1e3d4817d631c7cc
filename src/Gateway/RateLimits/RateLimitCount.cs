namespace FlowRuns.Gateway.RateLimits;

/// <summary>Where a caller stands after a request: <paramref name="Allowed"/> is false when it was one too many.</summary>
readonly record struct RateLimitCount(int Limit, int Remaining, DateTimeOffset Reset, bool Allowed);
