namespace FlowRuns.Storage;

/// <summary>A write in the journal's queue, and whoever waits for it.</summary>
sealed class PendingWrite(JournalWrite write, long since)
{
    // Callers are grains: they must go on on their own scheduler, not inside the journal's loop.
    readonly TaskCompletionSource<RunWriteResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _isClaimed;

    public JournalWrite Write => write;

    /// <summary>The clock's timestamp when it came.</summary>
    public long Since => since;

    public Task<RunWriteResult> Answer => _answer.Task;

    /// <summary>True once, for the first: the journal that is about to write it, or the caller that gives up, after which it is not written.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _isClaimed, 1) == 0;

    public void Succeed(RunWriteResult result) => _answer.TrySetResult(result);

    public void Fail(Exception error) => _answer.TrySetException(error);
}
