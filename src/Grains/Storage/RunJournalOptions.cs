namespace FlowRuns.Storage;

/// <summary>Limits of a silo's <see cref="RunJournal"/>, bound from <see cref="Section"/>.</summary>
sealed class RunJournalOptions
{
    public const string Section = "FlowRuns:Journal";

    /// <summary>How many writes may wait; the next one is refused. 1 to 1,000,000, default 10,000.</summary>
    public int Capacity { get; set; } = 10_000;

    /// <summary>How many writes one transaction takes at most. 1 to 5,000, default 200: more buys latency, not speed.</summary>
    public int MaxBatch { get; set; } = 200;

    /// <summary>How long a write waits for its answer, queue and commit together. 100 ms to 1 min, default 2 s.</summary>
    public TimeSpan CommitTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
