namespace FlowRuns.Storage;

/// <summary>One change to be committed in a batch with others.</summary>
abstract record JournalWrite
{
    /// <summary>Bytes of what it holds of callers and steps, which have no other bound than the number of steps; the rest is small.</summary>
    public virtual long Size => 0;
}
