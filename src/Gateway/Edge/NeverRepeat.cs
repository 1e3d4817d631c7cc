namespace FlowRuns.Gateway.Edge;

/// <summary>Metadata of an endpoint whose requests change something by any method, GET included.</summary>
sealed class NeverRepeat;
