namespace FlowRuns.Silo;

/// <summary>A reason not to start that its operator can mend; the message says how.</summary>
sealed class StartupException(string message) : Exception(message);
