using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage;

readonly record struct OwnedRun(RunId Run, FlowId Flow, int Attempt);
