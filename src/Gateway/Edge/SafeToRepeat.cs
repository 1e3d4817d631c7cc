namespace FlowRuns.Gateway.Edge;

/// <summary>Metadata of an endpoint whose requests change nothing twice when they carry the header.</summary>
sealed record SafeToRepeat(string Header);
