using System.ComponentModel.DataAnnotations;

namespace FlowRuns.Runs;

/// <summary>Configuration section <c>FlowRuns:Runs</c>.</summary>
sealed class RunOptions
{
    public const string Section = "FlowRuns:Runs";

    /// <summary>How often the process of a run may die before the run fails as interrupted; orderly stops do not count. Keeps a run that kills its process from doing so for ever.</summary>
    [Range(1, 1000)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>How long a stopping process lets running steps finish; what is not done by then goes on elsewhere or after the next start.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often runs of dead owners are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many runs a silo has under way before those that its flows start go to any silo of the cluster.</summary>
    [Range(1, 1_000_000)]
    public int SpreadAbove { get; set; } = 64;

    /// <summary>How many of a flow's newest runs of each status its grain keeps in memory. The default holds a page of any size.</summary>
    [Range(1, 10_000)]
    public int NewestInMemory { get; set; } = 128;
}
