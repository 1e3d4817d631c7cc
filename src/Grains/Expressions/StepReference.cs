namespace FlowRuns.Expressions;

/// <summary>A mention of <c>steps.key</c> or <c>steps["key"]</c>. A key that is computed when the expression runs cannot be seen.</summary>
sealed record StepReference(string Field, string Expression, string Key);
