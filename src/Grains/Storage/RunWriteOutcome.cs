namespace FlowRuns.Storage;

enum RunWriteOutcome
{
    Applied,

    /// <summary>This very write was there already: an earlier commit whose answer got lost. As good as applied.</summary>
    Repeated,

    /// <summary>The run is terminal, gone, or another attempt owns it; for a delete, it is running or gone. Nothing changed.</summary>
    Stale,

    /// <summary>A start whose idempotency key or due time belongs to another run. Nothing changed.</summary>
    Duplicate,
}
