using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>What one attempt came to.</summary>
abstract record StepOutcome
{
    StepOutcome()
    {
    }

    public sealed record Succeeded(JsonData Output) : StepOutcome;

    /// <summary>Failed; tried again where the step's retry policy has attempts left, unless <paramref name="Final"/>: then another attempt would come to the same.</summary>
    /// <param name="RetryAfter">What the other side asked to wait before the next attempt; null when it did not.</param>
    public sealed record Failed(string Message, bool Final = false, TimeSpan? RetryAfter = null) : StepOutcome;
}
