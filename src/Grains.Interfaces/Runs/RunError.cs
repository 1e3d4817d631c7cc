namespace FlowRuns.Runs;

/// <summary>Why a run failed: the step's display name and its message.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.run-error")]
public sealed record RunError([property: Id(0)] string Step, [property: Id(1)] string Message);
