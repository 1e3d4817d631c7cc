using System.Text.Json;

namespace FlowRuns.Expressions;

/// <summary>A parsed expression. Immutable: one instance serves all runs of a flow version.</summary>
abstract class Expression
{
    /// <summary>Whether it needs a script engine, which takes a thousand times as long as a path.</summary>
    public virtual bool IsScript => false;

    /// <summary>The value; <c>default</c> when the expression says that absence is fine and nothing is there.</summary>
    public abstract JsonElement Evaluate(ExpressionScope scope, ScriptBudget budget);
}
