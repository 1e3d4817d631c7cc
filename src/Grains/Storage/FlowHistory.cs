using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Runs;

namespace FlowRuns.Storage;

/// <summary>A flow's past as its grain loads it.</summary>
/// <param name="Newest">The newest runs, newest first.</param>
/// <param name="IsComplete">Whether <paramref name="Newest"/> is all that there is.</param>
/// <param name="Running">All running runs, those among the newest too.</param>
sealed record FlowHistory(FlowStats Stats, ImmutableArray<RunSummary> Newest, bool IsComplete, ImmutableArray<RunSummary> Running);
