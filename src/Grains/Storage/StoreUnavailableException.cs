namespace FlowRuns.Storage;

/// <summary>The database is away, busy beyond patience, or the journal is full.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
