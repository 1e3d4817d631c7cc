using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Schedules;

namespace FlowRuns.Storage;

/// <summary>The durable runs, their steps and their statistics: the source of truth that grains cache.</summary>
/// <remarks>
/// Safe without any help from grains: a state change is a compare-and-set on status and attempt, a terminal row and its statistics commit together,
/// terminal is final, and every write may be repeated when its outcome is unknown. All methods throw <see cref="StoreUnavailableException"/> when the
/// database is away or too slow; what a failed <see cref="CommitAsync"/> did is then unknown, and repeating it is safe.
/// </remarks>
interface IRunStore
{
    /// <summary>Makes or upgrades the schema; throws <see cref="InvalidOperationException"/> when it is newer than this program. Safe to call from several processes at once.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Writes the batch in one transaction and returns one result per write, in order.</summary>
    /// <remarks>A batch may hold several writes for one run, which apply in order, and repeats of writes that it or an earlier batch holds.</remarks>
    Task<ImmutableArray<RunWriteResult>> CommitAsync(IReadOnlyList<JournalWrite> batch, CancellationToken cancellationToken);

    /// <summary>A page of the flow's runs, newest first, from the narrow table only.</summary>
    /// <param name="running">All running runs of the flow, where the caller knows them: a store that keeps them apart need not look for them then. One that has ended since is shown as ended; where the query leaves that status out, it may still be shown as running.</param>
    Task<RunPage> ListRunsAsync(FlowId flow, RunQuery query, ImmutableArray<RunSummary>? running, CancellationToken cancellationToken);

    /// <summary>The run with its steps (while it runs: the durable ones), or null.</summary>
    Task<RunDetail?> FindRunAsync(FlowId flow, RunId run, CancellationToken cancellationToken);

    /// <summary>What a flow's grain holds in memory: lifetime statistics, the <paramref name="newest"/> runs of each status, and every running one.</summary>
    Task<FlowHistory> LoadHistoryAsync(FlowId flow, int newest, CancellationToken cancellationToken);

    /// <summary>The figures of each hour that begins in the window and in which the flow started runs, oldest first. Kept for as long as the flow, whatever becomes of its runs.</summary>
    Task<ImmutableArray<FlowStats>> ListHoursAsync(FlowId flow, StatsWindow window, CancellationToken cancellationToken);

    /// <summary>What a run that is under way needs to go on from its last durable step; null when it is not running.</summary>
    Task<StoredProgress?> FindProgressAsync(RunId run, CancellationToken cancellationToken);

    /// <summary>Gives running runs whose owner is not among <paramref name="liveOwners"/> to <paramref name="newOwner"/>, each with its attempt raised by one, and counts an interruption unless nobody owned it; returns those it took.</summary>
    /// <remarks>Two silos that sweep at once never take the same run. Call again while it returns <paramref name="limit"/> runs.</remarks>
    Task<ImmutableArray<OwnedRun>> TakeOverAsync(IReadOnlyCollection<string> liveOwners, string newOwner, int limit, CancellationToken cancellationToken);

    /// <summary>Running runs of this owner, oldest first, started before <paramref name="startedBefore"/>: the sweep checks that each is really under way.</summary>
    Task<ImmutableArray<OwnedRun>> ListOwnedAsync(string owner, DateTimeOffset startedBefore, CancellationToken cancellationToken);

    /// <summary>Puts the flow's row into the list of flows, or replaces it; writes nothing when it is there already.</summary>
    Task PutFlowAsync(FlowRow flow, CancellationToken cancellationToken);

    /// <summary>Puts the row of an enabled flow's schedule, or replaces one of the same or an earlier revision; what is handled stays so.</summary>
    Task PutScheduleAsync(ScheduleRow schedule, CancellationToken cancellationToken);

    /// <summary>Removes the row, unless it is of a later revision.</summary>
    Task DeleteScheduleAsync(FlowId flow, int revision, CancellationToken cancellationToken);

    Task<ScheduleRow?> FindScheduleAsync(FlowId flow, CancellationToken cancellationToken);

    /// <summary>The flows of a shard that are to be woken before the time, earliest first, at most <paramref name="limit"/>, after the one that the page before ended with.</summary>
    Task<ImmutableArray<Alarm>> ListAlarmsAsync(int shard, DateTimeOffset before, Alarm? after, int limit, CancellationToken cancellationToken);

    /// <summary>A page of the flow's ledger, newest due time first.</summary>
    Task<OccurrencePage> ListOccurrencesAsync(FlowId flow, OccurrenceQuery query, CancellationToken cancellationToken);

    /// <summary>Ids of the project's flows, newest first, at most <paramref name="limit"/>, those being deleted left out.</summary>
    Task<ImmutableArray<FlowId>> ListFlowsAsync(ProjectId project, FlowStatus? status, FlowId? before, int limit, CancellationToken cancellationToken);

    /// <summary>Flows whose row is marked deleted and whose history is still to be removed.</summary>
    Task<ImmutableArray<FlowId>> ListDeletedFlowsAsync(CancellationToken cancellationToken);

    /// <summary>Removes some <paramref name="limit"/> rows of a deleted flow and returns how many: call again while that reaches the limit. Once it has no run left, its statistics and its row go too.</summary>
    Task<int> PurgeFlowAsync(FlowId flow, int limit, CancellationToken cancellationToken);

    /// <summary>Removes up to <paramref name="limit"/> finished runs that started before the time, the ledger's rows of due times before it, and expired idempotency keys; returns how many runs. Totals stay.</summary>
    /// <remarks>A store that keeps history in partitions drops those that are old as a whole, so a run may stay for as long as a partition spans.</remarks>
    Task<int> PurgeRunsAsync(DateTimeOffset startedBefore, DateTimeOffset keysBefore, int limit, CancellationToken cancellationToken);

    /// <summary>Counts a flow's figures anew from its history: equal to its statistics as long as nothing was removed.</summary>
    Task<FlowStats> RecountAsync(FlowId flow, CancellationToken cancellationToken);

    /// <summary>Answers when the database does.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}
