namespace FlowRuns.Gateway.Telemetry;

/// <summary>Metrics for Prometheus, from <c>FlowRuns:Metrics</c>.</summary>
sealed class MetricsOptions
{
    public const string Section = "FlowRuns:Metrics";

    public const int MinKeyLength = 16;

    /// <summary>Whether <c>/metrics</c> is there at all. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>What a scraper sends as <c>Authorization: Bearer</c>, at least <see cref="MinKeyLength"/> characters. null, the default, opens <c>/metrics</c> to this machine only.</summary>
    /// <remarks>No API key: to check one the cluster is asked, and metrics are wanted most when it does not answer.</remarks>
    public string? Key { get; set; }
}
