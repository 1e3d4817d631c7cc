namespace FlowRuns.Runs;

/// <summary>Why a run failed: the step's display name and the beginning of its message, which the step's own result has whole, unless the results could not be stored.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.run-error")]
public sealed record RunError([property: Id(0)] string Step, [property: Id(1)] string Message)
{
    /// <summary>Lists show it, and a flow's memory holds it for hundreds of runs.</summary>
    public const int LongestMessage = 1000;

    /// <summary>The error with a message that is cut where it is longer than <see cref="LongestMessage"/>.</summary>
    public static RunError Of(string step, string message)
    {
        if (message.Length <= LongestMessage)
            return new RunError(step, message);
        var end = char.IsHighSurrogate(message[LongestMessage - 1]) ? LongestMessage - 1 : LongestMessage;
        return new RunError(step, string.Concat(message.AsSpan(0, end), "..."));
    }
}
