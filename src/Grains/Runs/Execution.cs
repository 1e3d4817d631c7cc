namespace FlowRuns.Runs;

/// <summary>The control of one run's execution: a user cancels it (the run ends), its process abandons it (the run goes on elsewhere).</summary>
#pragma warning disable CA1001 // without a timer or a wait handle there is nothing to dispose, and a late cancel must find its source
sealed class Execution
#pragma warning restore CA1001
{
    readonly CancellationTokenSource _cancel = new();
    readonly CancellationTokenSource _abandon = new();
    readonly CancellationTokenSource _stop;
    readonly TaskCompletionSource<RunSummary?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Execution()
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_cancel.Token, _abandon.Token);
    }

    /// <summary>The clock's timestamp at which the store was last known to have the run as ours; null when only another silo knew.</summary>
    public long? Confirmed { get; set; }

    /// <summary>Cancelled either way: the step under way stops.</summary>
    public CancellationToken Stop => _stop.Token;

    public CancellationToken Abandoned => _abandon.Token;

    public bool IsCanceled => _cancel.IsCancellationRequested;

    public bool IsAbandoned => _abandon.IsCancellationRequested;

    /// <summary>The terminal row once it is durable; null when the run ends elsewhere.</summary>
    public Task<RunSummary?> Ended => _ended.Task;

    public RunSummary? Terminal => _ended.Task.IsCompletedSuccessfully ? _ended.Task.Result : null;

    public void Cancel() => _cancel.Cancel();

    public void Abandon() => _abandon.Cancel();

    /// <summary>The first call decides.</summary>
    public void End(RunSummary? terminal) => _ended.TrySetResult(terminal);
}
