using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace FlowRuns.Flows;

/// <summary>The definition of a flow: create, change, enable, delete. Its runs are in FlowGrain.Runs.cs, who executes them in FlowGrain.Execution.cs, its due times in FlowGrain.Schedule.cs, deliveries in FlowGrain.Webhook.cs.</summary>
/// <remarks>Reentrant, so that thousands of starts and outcomes share commits: every method changes memory in one turn, before or after an await but never across one.</remarks>
[GrainType("flow"), Reentrant]
sealed partial class FlowGrain(
    [PersistentState("flow", PatientGrainStorage.Name)] IPersistentState<FlowState> state,
    IRunStore store,
    RunJournal journal,
    InstantRuns instant,
    RunPlacement placement,
    TimeProvider clock,
    IOptions<RunOptions> options,
    IOptions<RetentionOptions> retention,
    ILogger<FlowGrain> logger) : Grain, IFlowGrain
{
    int _storedVersions;
    Task _saving = Task.CompletedTask;

    FlowId Id { get; set; }

    FlowVersion Current => state.State.Versions[^1];

    /// <summary>What new runs run: the newest version that is stored. A crash would leave the runs of any other without a definition.</summary>
    FlowVersion Stored => state.State.Versions[_storedVersions - 1];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Id = FlowId.Parse(this.GetPrimaryKeyString(), null);
        if (!state.RecordExists)
            return;

        _storedVersions = state.State.Versions.Length;
        try
        {
            using var patience = new CancellationTokenSource(Unloaded.Patience, clock);
            // The row first: a due time that a dying activation commits meanwhile is in the history, or is found to have its run when it is decided again.
            _schedule = await store.FindScheduleAsync(Id, patience.Token);
            await LoadHistoryAsync(patience.Token);

            // The row of a change whose state was not stored after all.
            if (_schedule?.Revision > state.State.ScheduleRevision)
                state.State.ScheduleRevision = _schedule.Revision + 1;

            // A process that died between the state and the rows that follow from it left those behind.
            await PutRowAsync(patience.Token);
            await PutScheduleAsync();
            if (state.State.Deleted && _runs.Running.Length > 0)
                this.RegisterGrainTimer(static (flow, _) => flow.StopAllAsync(), this, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
        }
        catch (Exception e) when (StoreFailures.IsUnavailable(e) || e is OperationCanceledException)
        {
            LogNotLoaded(Id, e);
            Unloaded.Mark(GrainContext, clock);
        }
    }

    public async Task<FlowDetail> CreateAsync(ProjectId project, FlowDefinition definition)
    {
        if (state.RecordExists)
            throw new RequestRefusedException(RefusalReason.Conflict, $"{Id} exists already.");
        await CheckAsync(project, definition);

        var now = clock.Now();
        state.State = new FlowState
        {
            Project = project,
            Name = definition.Name,
            Description = definition.Description,
            Created = now,
            Updated = now,
            Versions = [new FlowVersion { Version = 1, Created = now, Definition = definition }],
        };
        await SaveAsync();
        await LoadHistoryAsync(CancellationToken.None);
        return Detail();
    }

    public async Task<FlowDetail> UpdateAsync(ProjectId project, FlowChange change)
    {
        Authorize(project);
        await CheckAsync(project, Apply(change));

        var now = clock.Now();
        if (Apply(change).Trigger != Current.Definition.Trigger)
            await EndScheduleAsync(now);

        // Applied anew: another change may have come in while this one was checked.
        return await ChangeAsync(Apply(change), now);
    }

    public Task<FlowDetail> GetAsync(ProjectId project)
    {
        Authorize(project);
        return Task.FromResult(Detail());
    }

    public async Task<FlowDetail> SetEnabledAsync(ProjectId project, bool enabled)
    {
        Authorize(project);
        var status = enabled ? FlowStatus.Active : FlowStatus.Inactive;
        if (state.State.Status == status)
            return await StoredDetailAsync();

        var now = clock.Now();
        await EndScheduleAsync(now);
        state.State.Status = status;
        state.State.Updated = now;
        BeginSchedule(now);
        await SaveAsync();
        return Detail();
    }

    public async Task DeleteAsync(ProjectId project)
    {
        if (state.State.Deleted && state.State.Project == project)
            await _saving;
        Authorize(project);
        state.State.Deleted = true;
        state.State.Status = FlowStatus.Inactive;
        state.State.ScheduleRevision++;
        await SaveAsync();
        await StopAllAsync();
    }

    public Task<ImmutableArray<FlowVersion>> ListVersionsAsync(ProjectId project)
    {
        Authorize(project);
        return Task.FromResult(state.State.Versions.Reverse().ToImmutableArray());
    }

    public Task<FlowVersion> GetVersionAsync(ProjectId project, int version)
    {
        Authorize(project);
        return Task.FromResult(Version(version));
    }

    public Task<FlowDetail> RestoreVersionAsync(ProjectId project, int version)
    {
        Authorize(project);
        var old = Version(version).Definition;
        return UpdateAsync(project, new FlowChange { Trigger = old.Trigger, Steps = old.Steps });
    }

    /// <summary>Callers must not learn whether a flow that is not theirs exists.</summary>
    void Authorize(ProjectId project)
    {
        if (state.RecordExists && !state.State.Deleted && state.State.Project == project)
            return;
        if (!state.RecordExists)
            DeactivateOnIdle();
        throw RequestRefusedException.NotFound($"Flow {Id}");
    }

    async Task CheckAsync(ProjectId project, FlowDefinition definition)
    {
        var faults = await GrainFactory.GetGrain<ICatalogGrain>(project.ToString()).ValidateAsync(project, definition);
        if (!faults.IsEmpty)
            throw new RequestRefusedException(faults);
    }

    FlowDefinition Apply(FlowChange change) => new()
    {
        Name = change.Name ?? state.State.Name,
        Description = change.Description ?? state.State.Description,
        Trigger = change.Trigger ?? Current.Definition.Trigger,
        Steps = change.Steps ?? Current.Definition.Steps,
    };

    async Task<FlowDetail> ChangeAsync(FlowDefinition definition, DateTimeOffset now)
    {
        var flow = state.State;
        if (flow.Name == definition.Name && flow.Description == definition.Description && Current.Definition.DoesTheSameAs(definition))
            return await StoredDetailAsync();

        if (Current.Definition.Trigger != definition.Trigger)
            BeginSchedule(now);
        if (!Current.Definition.DoesTheSameAs(definition))
            flow.Versions = flow.Versions.Add(new FlowVersion { Version = flow.Versions.Length + 1, Created = now, Definition = definition });
        flow.Name = definition.Name;
        flow.Description = definition.Description;
        flow.Updated = now;
        await SaveAsync();
        return Detail();
    }

    /// <summary>For a change that was made already: it counts once it is stored, and fails where the one that made it does.</summary>
    async Task<FlowDetail> StoredDetailAsync()
    {
        await _saving;
        return Detail();
    }

    Task SaveAsync() => _saving = StoreAsync();

    async Task StoreAsync()
    {
        try
        {
            var versions = state.State.Versions.Length;
            await AnnounceScheduleAsync();
            await state.WriteStateAsync();
            _storedVersions = Math.Max(_storedVersions, versions);
            await PutRowAsync(CancellationToken.None);
            await PutScheduleAsync();
        }
        catch
        {
            // Memory may be ahead of what is stored, or another activation was faster: the next one reads what is true.
            DeactivateOnIdle();
            throw;
        }
    }

    Task PutRowAsync(CancellationToken cancellationToken) =>
        store.PutFlowAsync(new FlowRow(Id, state.State.Project, state.State.Status, state.State.Deleted), cancellationToken);

    FlowVersion Version(int version) => version >= 1 && version <= state.State.Versions.Length
        ? state.State.Versions[version - 1]
        : throw RequestRefusedException.NotFound($"Version {version} of flow {Id}");

    FlowDetail Detail()
    {
        var flow = state.State;
        return new FlowDetail
        {
            Definition = Current.Definition with { Name = flow.Name, Description = flow.Description },
            Summary = new FlowSummary
            {
                Id = Id,
                Name = flow.Name,
                Description = flow.Description,
                Status = flow.Status,
                TriggerType = Current.Definition.Trigger.Type,
                RunCount = _stats.TotalRuns,
                SuccessRate = _stats.SuccessRate,
                LastRun = _stats.LastRun,
                Created = flow.Created,
                Updated = flow.Updated,
                Version = Current.Version,
            },
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Flow {Flow} could not be loaded")]
    partial void LogNotLoaded(FlowId flow, Exception exception);
}
