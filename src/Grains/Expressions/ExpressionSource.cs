namespace FlowRuns.Expressions;

/// <summary>Where an expression stands and how it reads, for messages.</summary>
sealed record ExpressionSource(string Field, string Text)
{
    public ExpressionException Failure(string reason, Exception? inner = null) => new(Field, Text, reason, inner);
}
