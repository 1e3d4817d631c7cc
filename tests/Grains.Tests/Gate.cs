namespace FlowRuns.Grains.Tests;

/// <summary>Where a scripted step waits until its test lets it go on.</summary>
sealed class Gate
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task ReachedAsync() => _reached.Task.WaitAsync(Deadline);

    public void Open() => _open.TrySetResult();

    public Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _open.Task.WaitAsync(cancellationToken);
    }
}
