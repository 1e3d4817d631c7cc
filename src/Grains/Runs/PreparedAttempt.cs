using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Steps;

namespace FlowRuns.Runs;

/// <summary>One attempt of a step up to its effect.</summary>
sealed record PreparedAttempt
{
    public required StepDefinition Definition { get; init; }

    /// <summary>What executes it; null when the attempt has failed already.</summary>
    public IStep? Step { get; init; }

    public StepContext? Context { get; init; }

    /// <summary>How the attempt failed before anything of it was seen outside; null when it is ready.</summary>
    public StepOutcome? Fault { get; private init; }

    /// <summary>The evaluated input, masked; null when it could not be made.</summary>
    public JsonData? Input { get; init; }

    public SecretMask Mask { get; init; } = SecretMask.None;

    public bool HasEffects => Step is { HasEffects: true };

    public PreparedAttempt Failed(string message) => this with { Fault = new StepOutcome.Failed(Mask.Apply(message), Final: true) };
}
