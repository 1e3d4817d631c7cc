using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage.Postgres;

/// <summary>What decides whether a write applies to a run. <see cref="Owner"/> is null once it is finished.</summary>
readonly record struct StoredRun(FlowId Flow, RunStatus Status, int Attempt, int StepsDone, int StepsSucceeded, int? AttemptsBegun, string? Owner = null);
