using System.Text.Json;

namespace FlowRuns.Steps.Slack;

/// <summary>What a call of Slack's Web API came to: <see cref="Body"/> when it succeeded, otherwise <see cref="Failure"/>.</summary>
sealed record SlackAnswer(JsonElement Body, StepOutcome.Failed? Failure);
