namespace FlowRuns.Silo;

/// <summary>Repeats a part of the start for as long as what it needs is away.</summary>
sealed partial class Patience(TimeProvider clock, ILogger<Patience> logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="isAway">Whether the failure may pass; any other one is thrown.</param>
    public async Task RepeatAsync(Func<Task> work, Func<Exception, bool> isAway, CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && isAway(e))
            {
                if (failures == 0)
                    LogWaiting(e.Message);
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The start waits, and goes on when it can: {Reason}")]
    partial void LogWaiting(string reason);
}
