using System.Globalization;
using Acornima.Ast;

namespace FlowRuns.Expressions;

/// <summary>Recognises plain paths in syntax trees: a root, then names and literal keys.</summary>
static class PathReader
{
    /// <summary>The path that the node is, or null.</summary>
    /// <param name="isRoot">Whether an identifier is one of our roots here and not a variable of the expression's own.</param>
    public static DataPath? Find(Node node, Func<Identifier, bool> isRoot)
    {
        var segments = new List<PathSegment>();
        if (node is ChainExpression chain)
            node = chain.Expression;
        while (node is MemberExpression member)
        {
            if (KeyOf(member) is not { } key)
                return null;
            segments.Add(new PathSegment(key, member.Optional));
            node = member.Object;
        }

        segments.Reverse();
        return node is Identifier root && isRoot(root) ? new DataPath(root.Name, [.. segments]) : null;
    }

    static string? KeyOf(MemberExpression member) => member switch
    {
        { Computed: false, Property: Identifier name } => name.Name,
        { Computed: true, Property: StringLiteral text } => text.Value,
        { Computed: true, Property: NumericLiteral { Value: >= 0 and < int.MaxValue } number } when double.IsInteger(number.Value) =>
            number.Value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
