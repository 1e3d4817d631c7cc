using System.Collections.Immutable;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>A step type. One instance serves all runs, so it keeps no state of a run. One file and one registration line add one.</summary>
interface IStep
{
    /// <summary>The name in definitions: <c>app.action</c>.</summary>
    string Type { get; }

    /// <summary>One sentence for <c>GET /pieces</c>.</summary>
    string Description { get; }

    /// <summary>Kinds of connection (<c>app</c>) that the step accepts; empty when it takes none.</summary>
    ImmutableArray<string> Connections { get; }

    /// <summary>Whether the step works without a connection too. Matters only where it accepts one.</summary>
    bool ConnectionOptional => false;

    /// <summary>True when an attempt may be seen outside the engine: then all that came before is made durable first.</summary>
    bool HasEffects { get; }

    /// <summary>JSON schema of the input; checked when a flow is saved, and again with evaluated expressions before each attempt.</summary>
    JsonData InputSchema { get; }

    JsonData OutputSchema { get; }

    /// <summary>Makes one attempt. Expected failures are outcomes; an exception fails the step with its message and is not retried.</summary>
    /// <remarks>Runs at least once per run: after a crash the same <see cref="StepContext.AttemptKey"/> may come again. Must stop soon when cancelled.</remarks>
    Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken);
}
