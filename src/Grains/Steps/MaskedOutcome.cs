using FlowRuns.Connections;

namespace FlowRuns.Steps;

static class MaskedOutcome
{
    /// <summary>The outcome without the connection's secrets in its message, should a server have quoted one. Outputs are masked where they are recorded.</summary>
    public static StepOutcome Masked(this StepOutcome outcome, Connection? connection) =>
        outcome is StepOutcome.Failed failed && connection is not null ? failed with { Message = connection.Mask.Apply(failed.Message) } : outcome;
}
