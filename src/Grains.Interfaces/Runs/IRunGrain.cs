using Orleans.Concurrency;

namespace FlowRuns.Runs;

/// <summary>Executes one run. Keyed by the run's id; keeps no state of its own, the run store has it all.</summary>
[Alias("flowruns.IRunGrain")]
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Takes the run on and returns before its first step. Its start row must be durable. False when this silo is leaving: assign it to another one.</summary>
    /// <remarks>A repeat with the same or an older attempt changes nothing; a newer attempt replaces an older one. Recovery assigns it again when the answer is lost.</remarks>
    [Alias("start"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<bool> StartAsync(RunAssignment assignment);

    /// <summary>Ends the run as canceled, aborting the step under way, and returns its terminal row once that is durable.</summary>
    /// <remarks>Returns the row it has when it ended otherwise in the meantime, and null when this activation does not run it.</remarks>
    [Alias("cancel"), AlwaysInterleave]
    Task<RunSummary?> CancelAsync();

    /// <summary>What the run has done so far, or null when this activation does not run it: then the store knows.</summary>
    [Alias("find-detail"), AlwaysInterleave]
    Task<RunDetail?> FindDetailAsync();

    /// <summary>Waits until the run has ended here, at most <paramref name="atMost"/>; null when it has not, or does not run here.</summary>
    [Alias("wait"), AlwaysInterleave]
    Task<RunDetail?> WaitAsync(TimeSpan atMost);
}
