using System.Text;
using System.Text.Json;

namespace FlowRuns.Expressions;

/// <summary>An expression at its place in an input.</summary>
sealed record Placeholder(ExpressionSource Source, Expression Expression)
{
    public JsonElement Evaluate(ExpressionScope scope, ScriptBudget budget)
    {
        try
        {
            var value = Expression.Evaluate(scope, budget);
            return value.ValueKind == JsonValueKind.Undefined ? JsonText.Null : value;
        }
        catch (InvalidDataException e)
        {
            throw Source.Failure(e.Message, e);
        }
    }

    public void Append(StringBuilder text, ExpressionScope scope, ScriptBudget budget)
    {
        try
        {
            JsonText.Append(text, Evaluate(scope, budget));
        }
        catch (InvalidDataException e)
        {
            throw Source.Failure(e.Message, e);
        }
    }
}
