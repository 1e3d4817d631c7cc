using System.Text.Json;

namespace FlowRuns.Expressions;

/// <summary>A plain path. It needs no script engine and keeps numbers as they are written.</summary>
/// <param name="mayBeAbsent">True to the left of <c>??</c>.</param>
sealed class PathExpression(ExpressionSource source, DataPath path, bool mayBeAbsent) : Expression
{
    public override JsonElement Evaluate(ExpressionScope scope, ScriptBudget budget) => path.Find(scope, source, mayBeAbsent);
}
