namespace FlowRuns.Expressions;

/// <summary>An expression that has no value: the step that holds it fails with this message.</summary>
sealed class ExpressionException(string field, string expression, string reason, Exception? inner = null)
    : Exception($"{{{{ {Shorten(expression.Trim())} }}}} in input{(field.StartsWith('[') || field.Length == 0 ? "" : ".")}{field}: {reason}", inner)
{
    const int Shown = 200;

    public string Field { get; } = field;

    public string Expression { get; } = expression;

    static string Shorten(string text) => text.Length <= Shown ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[Shown - 1]) ? Shown - 1 : Shown)}...";
}
