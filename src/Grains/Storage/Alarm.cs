using FlowRuns.Flows;

namespace FlowRuns.Storage;

/// <summary>A flow that is to be woken at a time.</summary>
readonly record struct Alarm(FlowId Flow, DateTimeOffset Time);
