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

    /// <summary>Of the durations of finished runs; null when there is none.</summary>
    [JsonPropertyOrder(8)]
    public DurationPercentiles? Percentiles => DurationPercentiles.Of(Durations);

    /// <summary>Of a window: runs that started at or after this, a whole hour; null when it is open.</summary>
    [Id(7), JsonPropertyOrder(9)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Of a window: runs that started before this, a whole hour; null when it is open.</summary>
    [Id(8), JsonPropertyOrder(10)]
    public DateTimeOffset? To { get; init; }

    /// <summary>The durations of all finished runs added up.</summary>
    [Id(4), JsonIgnore]
    public TimeSpan TotalDuration { get; init; }

    [Id(6), JsonIgnore]
    public DurationSketch Durations { get; init; } = DurationSketch.Empty;

    [JsonIgnore]
    public long Finished => Succeeded + Failed + Canceled;

    /// <summary>Counts each of the runs.</summary>
    public static FlowStats Of(IEnumerable<RunSummary> runs) => runs.Aggregate(None, (stats, run) => stats.WithStart(run.Id).WithFinish(run));

    /// <summary>The figures of all runs that any of the parts counts, without a window.</summary>
    public static FlowStats Sum(IReadOnlyCollection<FlowStats> parts) => new()
    {
        TotalRuns = parts.Sum(part => part.TotalRuns),
        Succeeded = parts.Sum(part => part.Succeeded),
        Failed = parts.Sum(part => part.Failed),
        Canceled = parts.Sum(part => part.Canceled),
        LastRun = parts.Max(part => part.LastRun),
        TotalDuration = TimeSpan.FromTicks(parts.Sum(part => part.TotalDuration.Ticks)),
        Durations = DurationSketch.Sum(parts.Select(part => part.Durations)),
    };

    public FlowStats WithStart(RunId run) => this with
    {
        TotalRuns = TotalRuns + 1,
        LastRun = LastRun > run.StartTime ? LastRun : run.StartTime,
    };

    public FlowStats WithRunning(IEnumerable<RunSummary> running) => running.Aggregate(this, (stats, run) => stats.WithStart(run.Id));

    /// <summary>Changes nothing while the run is running.</summary>
    public FlowStats WithFinish(RunSummary run) => run.Duration is { } duration ? WithFinish(run.Status, duration) : this;

    public FlowStats WithFinish(RunStatus status, TimeSpan duration) => this with
    {
        Succeeded = Succeeded + (status == RunStatus.Succeeded ? 1 : 0),
        Failed = Failed + (status == RunStatus.Failed ? 1 : 0),
        Canceled = Canceled + (status == RunStatus.Canceled ? 1 : 0),
        TotalDuration = TotalDuration + duration,
        Durations = Durations.With(duration),
    };
}
