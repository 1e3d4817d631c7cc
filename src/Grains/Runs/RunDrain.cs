using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FlowRuns.Runs;

/// <summary>Gives running steps time to finish before the silo's grains go; what is not done by then is taken up by another silo or the next start.</summary>
sealed partial class RunDrain(ActiveRuns active, IOptions<RunOptions> options, ILogger<RunDrain> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(RunDrain), ServiceLifecycleStage.Active + 1, _ => Task.CompletedTask, DrainAsync);

    async Task DrainAsync(CancellationToken cancellationToken)
    {
        var drained = active.DrainAsync();
        try
        {
            await drained.WaitAsync(options.Value.DrainTimeout, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogLeft(active.Count);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} runs did not finish before the shutdown; they go on at their last durable step")]
    partial void LogLeft(int count);
}
