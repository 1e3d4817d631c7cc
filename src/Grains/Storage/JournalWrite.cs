namespace FlowRuns.Storage;

/// <summary>One change to be committed in a batch with others.</summary>
abstract record JournalWrite
{
    /// <summary>Bytes of what it holds of callers, steps and due times, of which there may be many; the rest is small.</summary>
    public virtual long Size => 0;
}
