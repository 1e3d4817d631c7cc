namespace FlowRuns.Storage;

/// <summary>The database is away, busy beyond patience, or the journal is full.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether a write is known not to have been tried: it may otherwise be done all the same.</summary>
    public bool IsUntried { get; init; }
}
