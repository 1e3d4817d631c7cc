using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Schedules;

namespace FlowRuns.Runs;

/// <summary>Reads of the run store for what no grain holds in memory. Stateless: any key reaches a local worker.</summary>
/// <remarks>Does not check whose the flow is; ask the flow's grain first.</remarks>
[Alias("flowruns.IRunQueryGrain")]
public interface IRunQueryGrain : IGrainWithStringKey
{
    /// <summary>For gateways and silos of the build before, of which a flow answers from memory only.</summary>
    [Alias("list-runs")]
    Task<RunPage> ListRunsAsync(FlowId flow, RunQuery query);

    /// <summary>The stored run, or null when the flow has none of that id. A running one shows its durable steps only.</summary>
    [Alias("find-run")]
    Task<RunDetail?> FindRunAsync(FlowId flow, RunId run);

    /// <summary>Rows of the flow's ledger, newest due time first.</summary>
    [Alias("list-occurrences")]
    Task<OccurrencePage> ListOccurrencesAsync(FlowId flow, OccurrenceQuery query);

    /// <summary>The figures of the runs that started in the window.</summary>
    [Alias("get-stats")]
    Task<FlowStats> GetStatsAsync(FlowId flow, StatsWindow window);

    /// <summary>The same for each bucket of a closed window, oldest first, those without runs too.</summary>
    [Alias("list-stats")]
    Task<ImmutableArray<FlowStats>> ListStatsAsync(FlowId flow, StatsWindow window, StatsInterval interval);

    /// <summary>The project's flows, newest first, those being deleted left out.</summary>
    [Alias("list-flows")]
    Task<FlowPage> ListFlowsAsync(ProjectId project, FlowStatus? status, FlowId? before, int limit);
}
