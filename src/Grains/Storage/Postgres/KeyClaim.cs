using FlowRuns.Runs;

namespace FlowRuns.Storage.Postgres;

/// <summary>Who holds an idempotency key, and for what request.</summary>
readonly record struct KeyClaim(RunId Run, string RequestHash);
