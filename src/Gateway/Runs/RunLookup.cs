using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;

namespace FlowRuns.Gateway.Runs;

/// <summary>Finds a run where it is at the moment: with its grain while it runs, in the store afterwards.</summary>
static class RunLookup
{
    static readonly TimeSpan WaitSlice = TimeSpan.FromSeconds(2);
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The run, or null when the flow has none of that id. Refuses when the flow is not the project's.</summary>
    public static async Task<RunDetail?> FindRunAsync(this IGrainFactory grains, ProjectId project, FlowId flow, RunId run)
    {
        // The flow's grain is asked first whether the run is running or not: it knows whose the flow is.
        var summary = await grains.Flow(flow).FindRunAsync(project, run);
        var running = summary?.Status == RunStatus.Running ? await grains.Run(run).FindDetailAsync() : null;
        return running ?? await grains.GetGrain<IRunQueryGrain>(flow.ToString()).FindRunAsync(flow, run);
    }

    /// <summary>The run once it has ended, or null when it has not within <paramref name="atMost"/>, or before this process stops. Silos that go away meanwhile are waited for, too.</summary>
    public static async Task<RunDetail?> WaitForRunAsync(
        this IGrainFactory grains, ProjectId project, StartedRun run, TimeSpan atMost, TimeProvider time, CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        try
        {
            return await grains.WaitForRunAsync(project, run, atMost, time, giveUp.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    static async Task<RunDetail?> WaitForRunAsync(this IGrainFactory grains, ProjectId project, StartedRun run, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            // Short slices: one call must end well within the cluster's response timeout, and the run may move to another silo.
            var rest = atMost - time.GetElapsedTime(began);
            try
            {
                var ended = rest > TimeSpan.Zero ? await grains.Run(run.Id).WaitAsync(rest < WaitSlice ? rest : WaitSlice).WaitAsync(cancellationToken) : null;
                ended ??= await grains.FindRunAsync(project, run.FlowId, run.Id);
                if (ended is not null && ended.Summary.Status != RunStatus.Running)
                    return ended;
            }
            catch (Exception e) when (ApiErrors.IsInterruption(e) || e is RequestRefusedException { Reason: RefusalReason.Unavailable })
            {
                // The run is accepted and goes on elsewhere: an error would have the caller start another one.
            }

            rest = atMost - time.GetElapsedTime(began);
            if (rest <= TimeSpan.Zero)
                return null;
            await Task.Delay(rest < PollInterval ? rest : PollInterval, time, cancellationToken);
        }
    }

    public static IFlowGrain Flow(this IGrainFactory grains, FlowId flow) => grains.GetGrain<IFlowGrain>(flow.ToString());

    static IRunGrain Run(this IGrainFactory grains, RunId run) => grains.GetGrain<IRunGrain>(run.ToString());
}
