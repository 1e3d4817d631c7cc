using FlowRuns.Runs;

namespace FlowRuns.Storage;

/// <summary>What one batch adds to a flow's statistics: only writes that changed a row are counted into it.</summary>
sealed class FlowStatsDelta
{
    public long Total { get; private set; }

    public long Succeeded { get; private set; }

    public long Failed { get; private set; }

    public long Canceled { get; private set; }

    /// <summary>In milliseconds.</summary>
    public long Duration { get; private set; }

    /// <summary>The start of the newest run in unix milliseconds; 0 when the batch started none.</summary>
    public long LastRun { get; private set; }

    public void Started(RunId run)
    {
        Total++;
        LastRun = Math.Max(LastRun, run.StartTime.ToUnixTimeMilliseconds());
    }

    public void Finished(RunId run, RunStatus status, long finishTime)
    {
        Succeeded += status == RunStatus.Succeeded ? 1 : 0;
        Failed += status == RunStatus.Failed ? 1 : 0;
        Canceled += status == RunStatus.Canceled ? 1 : 0;
        Duration += finishTime - run.StartTime.ToUnixTimeMilliseconds();
    }
}
