namespace FlowRuns.Expressions;

/// <summary>An expression that cannot be understood. <paramref name="Field"/> is its place below the input: <c>query</c>, <c>items[2].text</c>.</summary>
sealed record TemplateError(string Field, string Expression, string Message);
