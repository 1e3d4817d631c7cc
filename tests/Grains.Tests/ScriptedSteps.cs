using FlowRuns.Grains.Tests.Storage;
using FlowRuns.Steps;

namespace FlowRuns.Grains.Tests;

/// <summary>Steps for the cluster's tests.</summary>
static class ScriptedSteps
{
    public static readonly StepOutcome Success = new StepOutcome.Succeeded(StoredRuns.JsonOf("""{"done":true}"""));

    public static StepDefinition Step(this ClusterFixture cluster, string name) => cluster.Step(name, () => Success);

    public static StepDefinition Step(this ClusterFixture cluster, string name, Func<StepOutcome> script) => cluster.Script.Define(name, _ => Task.FromResult(script()));

    public static StepDefinition FailingStep(this ClusterFixture cluster, string name) => cluster.Step(name, () => new StepOutcome.Failed("refused"));

    /// <summary>Succeeds once the gate is open.</summary>
    public static StepDefinition GatedStep(this ClusterFixture cluster, string name, Gate gate) => cluster.Script.Define(name, async cancellationToken =>
    {
        await gate.PassAsync(cancellationToken);
        return Success;
    });
}
