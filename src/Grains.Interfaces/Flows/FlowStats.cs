using System.Text.Json.Serialization;
using FlowRuns.Runs;

namespace FlowRuns.Flows;

/// <summary>A flow's runs in figures: all of them ever, those that retention removed too, or those started in a window.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.flow-stats")]
public sealed record FlowStats
{
    public static FlowStats None { get; } = new();

    /// <summary>Every run started, running ones too.</summary>
    [Id(0), JsonPropertyOrder(0)]
    public long TotalRuns { get; init; }

    [Id(1), JsonPropertyOrder(1)]
    public long Succeeded { get; init; }

    [Id(2), JsonPropertyOrder(2)]
    public long Failed { get; init; }

    /// <summary>Per cent of the runs that succeeded or failed, one decimal, half away from zero; 0 when there is none.</summary>
    [JsonPropertyOrder(3)]
    public double SuccessRate => Succeeded + Failed == 0
        ? 0
        : (double)Math.Round(100m * Succeeded / (Succeeded + Failed), 1, MidpointRounding.AwayFromZero);

    /// <summary>Mean over finished runs in whole milliseconds; 0 when there is none.</summary>
    [JsonPropertyOrder(4)]
    public long AverageDuration => Finished == 0
        ? 0
        : (long)Math.Round(TotalDuration.Ticks / (decimal)TimeSpan.TicksPerMillisecond / Finished, MidpointRounding.AwayFromZero);

    /// <summary>The newest run's start time; null when there is none.</summary>
    [Id(5), JsonPropertyOrder(5)]
    public DateTimeOffset? LastRun { get; init; }

    [JsonPropertyOrder(6)]
    public long Running => TotalRuns - Finished;

    [Id(3), JsonPropertyOrder(7)]
    public long Canceled { get; init; }

    /// <summary>The durations of all finished runs added up.</summary>
    [Id(4), JsonIgnore]
    public TimeSpan TotalDuration { get; init; }

    [JsonIgnore]
    public long Finished => Succeeded + Failed + Canceled;

    public FlowStats WithStart(RunId run) => this with
    {
        TotalRuns = TotalRuns + 1,
        LastRun = LastRun > run.StartTime ? LastRun : run.StartTime,
    };

    public FlowStats WithFinish(RunSummary run) => this with
    {
        Succeeded = Succeeded + (run.Status == RunStatus.Succeeded ? 1 : 0),
        Failed = Failed + (run.Status == RunStatus.Failed ? 1 : 0),
        Canceled = Canceled + (run.Status == RunStatus.Canceled ? 1 : 0),
        TotalDuration = TotalDuration + run.Duration.GetValueOrDefault(),
    };
}
