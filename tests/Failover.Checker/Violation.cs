namespace FlowRuns.Failover.Checker;

/// <param name="Rule">The broken rule's name.</param>
/// <param name="Subject">The run's id; the flow's id where no single run is to blame.</param>
sealed record Violation(string Rule, string Subject, string Message);
