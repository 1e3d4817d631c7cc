using System.Text.Json;

namespace FlowRuns.Expressions;

/// <summary><c>path ?? default</c>, the most frequent expression after the plain path.</summary>
sealed class CoalesceExpression(Expression value, Expression otherwise) : Expression
{
    public override bool IsScript => value.IsScript || otherwise.IsScript;

    public override JsonElement Evaluate(ExpressionScope scope, ScriptBudget budget)
    {
        var found = value.Evaluate(scope, budget);
        return found.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? otherwise.Evaluate(scope, budget) : found;
    }
}
