using FlowRuns.Runs;

namespace FlowRuns.Storage;

/// <summary>What a write did. <see cref="ExistingRun"/> and <see cref="ExistingRequestHash"/> are set with <see cref="RunWriteOutcome.Duplicate"/>.</summary>
readonly record struct RunWriteResult(RunWriteOutcome Outcome, RunId? ExistingRun = null, string? ExistingRequestHash = null);
