using FlowRuns.Connections;

namespace FlowRuns.Steps.Http;

/// <summary>What it means for a step that a request got no answer.</summary>
static class SendFailure
{
    public static bool IsExpected(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public static StepOutcome.Failed Of(Exception error, Uri url)
    {
        if (error.InnerException is EgressRefusedException refused)
            return new StepOutcome.Failed(refused.Message, Final: true);
        if (error is OperationCanceledException)
            return new StepOutcome.Failed($"{url.Authority} could not be reached in time.");

        var cause = error.InnerException is { } inner && !error.Message.Contains(inner.Message) ? $": {inner.Message}" : "";
        return new StepOutcome.Failed($"{url.Authority} gave no answer: {error.Message.TrimEnd('.')}{cause}");
    }
}
