using FlowRuns.Json;

namespace FlowRuns.Gateway.Runs;

/// <summary>What step 0 of a run that was started by hand puts out. The body is there also when it is null, so that expressions find it.</summary>
sealed record ManualTriggerOutput(JsonData Body);
