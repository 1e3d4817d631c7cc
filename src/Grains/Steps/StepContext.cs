using System.Text.Json;
using FlowRuns.Connections;

namespace FlowRuns.Steps;

/// <summary>What one attempt of a step gets.</summary>
sealed record StepContext
{
    /// <summary>The input with its expressions evaluated, an object that fits the step's schema.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>The connection with its value in the clear; null when the step names none.</summary>
    public Connection? Connection { get; init; }

    /// <summary><c>runId:stepKey</c>: the same for every attempt of this step in this run, after crashes too. Receivers can drop repeats by it.</summary>
    public required string AttemptKey { get; init; }

    /// <summary>The W3C <c>traceparent</c> of this attempt, or the one that the run was started with; null when neither is known.</summary>
    public string? TraceParent { get; init; }
}
