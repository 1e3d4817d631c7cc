using System.Text.Json;

namespace FlowRuns.Expressions;

/// <summary>A constant, such as the <c>"{{"</c> that stands for itself.</summary>
sealed class LiteralExpression(JsonElement value) : Expression
{
    public override JsonElement Evaluate(ExpressionScope scope, ScriptBudget budget) => value;
}
