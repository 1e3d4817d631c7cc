namespace FlowRuns.Connections;

/// <summary>What outgoing HTTP of steps may reach. Section <c>FlowRuns:Egress</c>.</summary>
sealed class EgressOptions
{
    public const string Section = "FlowRuns:Egress";

    /// <summary>What steps may reach although it is private: networks (<c>10.1.0.0/16</c>, a lone address counts as one) and <c>host:port</c>.
    /// A list, or one text with commas. Default: nothing.</summary>
    public IReadOnlyList<string> Allow { get; set; } = [];
}
