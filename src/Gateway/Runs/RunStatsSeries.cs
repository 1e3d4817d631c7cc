using System.Collections.Immutable;
using FlowRuns.Flows;

namespace FlowRuns.Gateway.Runs;

/// <summary>Figures per bucket, oldest first.</summary>
sealed record RunStatsSeries(StatsInterval Interval, ImmutableArray<FlowStats> Data);
