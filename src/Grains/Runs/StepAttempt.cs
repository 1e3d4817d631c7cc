using FlowRuns.Json;
using FlowRuns.Steps;

namespace FlowRuns.Runs;

/// <param name="Input">The evaluated input, masked; null when it could not be made.</param>
sealed record StepAttempt(JsonData? Input, StepOutcome Outcome);
