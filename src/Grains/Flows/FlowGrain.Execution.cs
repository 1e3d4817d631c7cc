using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Runs;
using FlowRuns.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace FlowRuns.Flows;

/// <summary>Who executes the runs of a flow: hands them to their grains, takes them up after a crash, and stops them.</summary>
sealed partial class FlowGrain
{
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    public Task ResumeRunAsync(RunId run, int attempt) => ResumeRunAsync(run, (int?)attempt);

    async Task ResumeRunAsync(RunId run, int? attempt)
    {
        var asked = clock.GetTimestamp();
        if (await store.FindProgressAsync(run, CancellationToken.None) is not { } progress || (attempt is not null && progress.Attempt != attempt))
            return;

        if (_runs.Find(run) is null)
            ReadAnew("a running run was not known");
        // One that was handed over and is not taken up yet is claimed by whoever gets it.
        if ((progress.Owner == RunClaim.Nobody ? placement.Choose() : SiloAddress.FromParsableString(progress.Owner)) is not { } owner)
            return;
        await AssignAsync(progress.ToAssignment(Version(progress.FlowVersion)) with { Confirmed = placement.IsHere(owner) ? asked : null }, owner);
    }

    /// <param name="owner">Where the run is to be executed. On another silo than the row names it is claimed first.</param>
    async Task AssignAsync(RunAssignment assignment, SiloAddress owner)
    {
        try
        {
            if (!await StartAsync(assignment, owner))
            {
                placement.Avoid(owner);
                if (placement.Choose() is { } other)
                    await StartAsync(assignment, other);
            }
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // The run is durable: the sweep finds that nobody executes it and assigns it again.
            LogNotAssigned(assignment.Id, e);
        }

        if (state.State.Deleted)
            await StopAsync([assignment.Id]);
    }

    async Task<bool> StartAsync(RunAssignment assignment, SiloAddress where)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, where);
        return await GrainFactory.GetGrain<IRunGrain>(assignment.Id.ToString()).StartAsync(assignment);
    }

    /// <summary>Cancels the run and returns how it ended; null when nobody executes it.</summary>
    /// <remarks>Waits briefly: the run's report comes to this grain, and could not get in if this activation were ending meanwhile.</remarks>
    async Task<RunSummary?> StopAsync(RunId run)
    {
        try
        {
            return await GrainFactory.GetGrain<IRunGrain>(run.ToString()).CancelAsync().WaitAsync(StopPatience, clock);
        }
        catch (TimeoutException)
        {
            throw new RequestRefusedException(RefusalReason.Unavailable, $"Run {run} is being cancelled, and its end is not stored yet; look at it again.");
        }
    }

    Task StopAllAsync() => StopAsync([.. _runs.Running.Select(run => run.Id)]);

    /// <summary>Cancels runs of a deleted flow. One that nobody executes at the moment is cancelled when it is taken up.</summary>
    async Task StopAsync(ImmutableArray<RunId> runs)
    {
        try
        {
            await Task.WhenAll(runs.Select(run => StopAsync(run)));
        }
        catch (Exception e) when (e is RequestRefusedException or OrleansException)
        {
            LogNotStopped(Id, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {Run} could not be handed to its grain; recovery will do it")]
    partial void LogNotAssigned(RunId run, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Flow {Flow} is deleted, and not all of its runs have ended yet")]
    partial void LogNotStopped(FlowId flow, Exception exception);
}
