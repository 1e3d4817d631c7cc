using System.Diagnostics;

namespace FlowRuns.Expressions;

/// <summary>What the expressions of one input share: time and room.</summary>
sealed class ScriptBudget(ExpressionLimits limits, CancellationToken cancellationToken)
{
    readonly long _started = Stopwatch.GetTimestamp();

    long _rendered;

    public ExpressionLimits Limits => limits;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Counts what an expression adds to the input.</summary>
    public void Spend(int length, ExpressionSource source)
    {
        _rendered += length;
        if (_rendered > limits.Rendered)
            throw source.Failure($"with it the input has more than {limits.Rendered >> 20} MiB");
    }

    /// <summary>How long the next script may take; never less than a millisecond.</summary>
    public TimeSpan Next()
    {
        var left = limits.RenderTime - Stopwatch.GetElapsedTime(_started);
        var least = TimeSpan.FromMilliseconds(1);
        return left < least ? least : left < limits.Time ? left : limits.Time;
    }
}
