using System.Collections.Immutable;
using System.Text.Json;
using Acornima;
using Acornima.Ast;

namespace FlowRuns.Expressions;

/// <summary>Makes the cheapest expression that does what the text says: a constant, a path, a path with a default, or else a script.</summary>
static class ExpressionParser
{
    /// <summary>The syntax tree, or null and why there is none.</summary>
    public static Acornima.Ast.Expression? Parse(string text, out string error)
    {
        error = "";
        try
        {
            return new Parser().ParseExpression(text, strict: true);
        }
        catch (ParseErrorException e)
        {
            error = string.IsNullOrWhiteSpace(text) ? "there is nothing between {{ and }}" : $"it is not a JavaScript expression: {e.Description}";
        }
        catch (InsufficientExecutionStackException)
        {
            error = "it is nested too deeply";
        }

        return null;
    }

    /// <exception cref="FormatException">The expression uses what expressions do not have; the message says what.</exception>
    public static Expression Compile(ExpressionSource source, Acornima.Ast.Expression syntax, out ImmutableArray<DataPath> paths)
    {
        // Also checks the parts that need no script.
        var script = ScriptRewriter.Rewrite(source.Text, syntax);
        paths = [.. script.Paths.Select(p => p.Path)];
        return Simple(source, syntax, mayBeAbsent: false) ?? new ScriptExpression(source, script);
    }

    static Expression? Simple(ExpressionSource source, Node syntax, bool mayBeAbsent)
    {
        if (PathReader.Find(syntax, name => DataPath.Roots.Contains(name.Name)) is { } path)
            return new PathExpression(source, path, mayBeAbsent);

        return syntax switch
        {
            StringLiteral text => Literal(JsonText.String(text.Value)),
            NullLiteral or BooleanLiteral => Literal(JsonSerializer.SerializeToElement(((Literal)syntax).Value)),
            NumericLiteral number when double.IsInteger(number.Value) && Math.Abs(number.Value) < int.MaxValue => Literal(JsonText.Number((int)number.Value)),
            LogicalExpression { Operator: Operator.NullishCoalescing } logical
                when Simple(source, logical.Left, mayBeAbsent: true) is { } left && Simple(source, logical.Right, mayBeAbsent) is { } right =>
                new CoalesceExpression(left, right),
            _ => null,
        };
    }

    static LiteralExpression Literal(JsonElement value) => new(value);
}
