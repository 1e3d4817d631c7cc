namespace FlowRuns.Gateway.Host;

/// <summary>A reason not to start that its operator can mend; the message says how.</summary>
public sealed class StartupException(string message) : Exception(message);
