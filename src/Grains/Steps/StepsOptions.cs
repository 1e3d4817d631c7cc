namespace FlowRuns.Steps;

/// <summary>Limits of single steps. Section <c>FlowRuns:Steps</c>.</summary>
sealed class StepsOptions
{
    public const string Section = "FlowRuns:Steps";

    /// <summary>Rows that a query may hand back where its input has no <c>maxRows</c>. 1 to 100,000; default 10,000.</summary>
    public int SqlMaxRows { get; set; } = 10_000;

    /// <summary>Bytes of JSON that a query may hand back. 1 KiB to 64 MiB; default 1 MiB.</summary>
    public int SqlMaxBytes { get; set; } = 1024 * 1024;

    /// <summary>When PostgreSQL itself ends a statement, should the engine die meanwhile. The step's own timeout is what ends it otherwise. 1 s to 24 h; default 1 h.</summary>
    public TimeSpan SqlStatementTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Open connections per silo and PostgreSQL connection. 1 to 1,000; default 10.</summary>
    public int SqlPoolSize { get; set; } = 10;

    /// <summary>How long a PostgreSQL connection's pool is kept without use. 1 s to 24 h; default 10 min.</summary>
    public TimeSpan SqlPoolIdle { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of an HTTP answer, after decompression, where the input has no <c>maxResponseBytes</c>. 1 KiB to 64 MiB; default 1 MiB.</summary>
    public int HttpMaxResponseBytes { get; set; } = 1024 * 1024;
}
