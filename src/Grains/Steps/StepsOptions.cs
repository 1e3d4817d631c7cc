using System.ComponentModel.DataAnnotations;

namespace FlowRuns.Steps;

/// <summary>Limits of single steps. Section <c>FlowRuns:Steps</c>.</summary>
sealed class StepsOptions
{
    public const string Section = "FlowRuns:Steps";

    const int KiB = 1024;
    const int MiB = 1024 * KiB;

    /// <summary>How long an attempt may take where the step has no <c>timeout</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan DefaultTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes of JSON that a step may hand back: what is recorded, and what later steps can read.</summary>
    [Range(KiB, 64 * MiB)]
    public int MaxOutputBytes { get; set; } = 2 * MiB;

    /// <summary>Bytes of inputs and outputs, its trigger's too, that a run may have recorded when it comes to its next step: at its end they are sent in one message and committed at once, which must not take longer than a commit may.</summary>
    [Range(KiB, 64 * MiB)]
    public int MaxRunBytes { get; set; } = 32 * MiB;

    /// <summary>Rows that a query may hand back where its input has no <c>maxRows</c>.</summary>
    [Range(1, 100_000)]
    public int SqlMaxRows { get; set; } = 10_000;

    /// <summary>Bytes of JSON that a query may hand back before it is cut off.</summary>
    [Range(KiB, 64 * MiB)]
    public int SqlMaxBytes { get; set; } = MiB;

    /// <summary>When PostgreSQL itself ends a statement, should the engine die meanwhile. The step's own timeout is what ends it otherwise.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SqlStatementTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Open connections per silo and PostgreSQL connection.</summary>
    [Range(1, 1000)]
    public int SqlPoolSize { get; set; } = 10;

    /// <summary>How long a PostgreSQL connection's pool is kept without use.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SqlPoolIdle { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of an HTTP answer, after decompression, where the input has no <c>maxResponseBytes</c>.</summary>
    [Range(KiB, 64 * MiB)]
    public int HttpMaxResponseBytes { get; set; } = MiB;
}
