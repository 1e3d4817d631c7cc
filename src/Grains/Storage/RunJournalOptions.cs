using System.ComponentModel.DataAnnotations;

namespace FlowRuns.Storage;

/// <summary>Limits of a silo's <see cref="RunJournal"/>. Section <c>FlowRuns:Journal</c>.</summary>
sealed class RunJournalOptions
{
    public const string Section = "FlowRuns:Journal";

    /// <summary>How many writes may wait; the next one is refused.</summary>
    [Range(1, 1_000_000)]
    public int Capacity { get; set; } = 10_000;

    /// <summary>How many writes one transaction takes at most: more buys latency, not speed.</summary>
    [Range(1, 5000)]
    public int MaxBatch { get; set; } = 200;

    /// <summary>How many bytes of inputs and outputs one transaction takes, before the last write that is let in: more may not be committed in time.</summary>
    [Range(1, 1_000_000_000)]
    public long MaxBatchBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How long a write waits for its answer, queue and commit together: who asked for it is to hear within two seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan CommitTimeout { get; set; } = TimeSpan.FromSeconds(1.7);
}
