using System.Diagnostics;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Steps;

namespace FlowRuns.Telemetry;

/// <summary>The spans of a run: its start, its execution and each attempt of a step, below the request that asked for it.</summary>
/// <remarks>Inputs, outputs, URLs and error texts stay out of them. Every method returns null when nobody listens.</remarks>
static class FlowRunsActivities
{
    public const string SourceName = "FlowRuns";

    static readonly ActivitySource Source = new(SourceName);

    public static Activity? Start(FlowId flow, RunId run, string? traceParent) => Begin("start run", flow, run, Activity.Current is null ? traceParent : null);

    /// <summary>Also after a crash, in another process: all takings of a run are in one trace.</summary>
    public static Activity? Execution(RunAssignment run)
    {
        // Whoever happened to hand the run to its grain is not what asked for it.
        Activity.Current = null;
        var activity = Begin("run", run.FlowId, run.Id, run.TraceParent);
        activity?.SetTag("flowruns.run.attempt", run.Attempt);
        return activity;
    }

    public static Activity? Attempt(StepDefinition step, int attempt)
    {
        // Only inside a run's own span: the steps of a trace that is not sampled are not, either.
        var activity = Activity.Current?.Source == Source ? Source.StartActivity("step") : null;
        activity?.SetTag("flowruns.step", step.Key).SetTag("flowruns.step.type", step.Type).SetTag("flowruns.step.attempt", attempt);
        return activity;
    }

    /// <summary>A trace of its own: one commit serves many runs.</summary>
    public static Activity? Commit(int writes)
    {
        var activity = Source.StartActivity("commit");
        activity?.SetTag("flowruns.journal.batch.size", writes);
        return activity;
    }

    public static void End(this Activity? activity, StepOutcome outcome) =>
        activity?.SetStatus(outcome is StepOutcome.Succeeded ? ActivityStatusCode.Ok : ActivityStatusCode.Error);

    public static void End(this Activity? activity, RunStatus status) =>
        activity?.SetTag("flowruns.run.status", status.ToString().ToUpperInvariant()).SetStatus(status == RunStatus.Failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok);

    static Activity? Begin(string name, FlowId flow, RunId run, string? traceParent)
    {
        if (!Source.HasListeners())
            return null;

        var parent = ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var given) ? given : default;
        var activity = Source.StartActivity(name, ActivityKind.Internal, parent);
        activity?.SetTag("flowruns.flow.id", flow.ToString()).SetTag("flowruns.run.id", run.ToString());
        return activity;
    }
}
