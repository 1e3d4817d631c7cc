using System.Collections.Frozen;
using System.Text;
using Acornima;
using Acornima.Ast;

namespace FlowRuns.Expressions;

/// <summary>Turns an expression into one that reads data through variables: each path below <c>trigger</c>, <c>steps</c>, <c>flow</c> and <c>run</c> becomes one.</summary>
/// <remarks>
/// So a path means the same in a script as by itself, only what is read gets converted, and a path that finds nothing fails where it stands, unless the script
/// says that absence is fine: left of <c>??</c> or <c>?.</c>, below <c>typeof</c>, or compared with null or undefined. A path with computed keys
/// (<c>rows[i].name</c>) is checked after it was read. What scripts do with values they hold is plain JavaScript.
/// </remarks>
sealed class ScriptRewriter
{
    const int MaxDepth = 200;

    /// <summary>What becomes of a node's value.</summary>
    enum Use
    {
        /// <summary>It is used: a missing one is an error.</summary>
        Value,

        /// <summary>Absence is fine.</summary>
        Optional,

        /// <summary>A member of it is read or called, which fails by itself when it is missing.</summary>
        Inner,

        /// <summary>It is assigned to.</summary>
        Target,
    }

    static readonly FrozenSet<string> Globals = FrozenSet.Create(
        "undefined", "NaN", "Infinity", "Object", "Array", "String", "Number", "Boolean", "Symbol", "Date", "Math", "JSON", "RegExp", "Map", "Set", "WeakMap",
        "WeakSet", "Error", "TypeError", "RangeError", "SyntaxError", "EvalError", "ReferenceError", "URIError", "Function", "Proxy", "Reflect",
        "Promise", "Iterator", "globalThis", "parseInt", "parseFloat", "isNaN", "isFinite", "encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent",
        "escape", "unescape", "eval", "arguments");

    readonly string _text;
    readonly string _prefix = "$";
    readonly Stack<HashSet<string>> _bound = [];
    readonly StringBuilder _result = new();
    readonly List<ScriptPath> _paths = [];
    readonly List<string> _checked = [];
    int _copied;
    int _depth;

    ScriptRewriter(string text)
    {
        _text = text;
        while (text.Contains(_prefix))
            _prefix += "$";
    }

    /// <exception cref="FormatException">The expression uses what expressions do not have; the message says what.</exception>
    public static RewrittenScript Rewrite(string text, Acornima.Ast.Expression expression)
    {
        var rewriter = new ScriptRewriter(text);
        rewriter._bound.Push(BoundNames.Of(expression));
        rewriter.Visit(expression, MayBeAbsent(expression) ? Use.Optional : Use.Value);
        rewriter.CopyTo(text.Length);
        return new RewrittenScript(rewriter._result.ToString(), rewriter._prefix, [.. rewriter._paths], [.. rewriter._checked], MayBeAbsent(expression));
    }

    // Whether the result is a chain with ?. that found nothing: its author said that this is fine.
    static bool MayBeAbsent(Node node) => node switch
    {
        ChainExpression => true,
        LogicalExpression { Operator: Operator.NullishCoalescing } logical => MayBeAbsent(logical.Right),
        LogicalExpression logical => MayBeAbsent(logical.Left) || MayBeAbsent(logical.Right),
        ConditionalExpression conditional => MayBeAbsent(conditional.Consequent) || MayBeAbsent(conditional.Alternate),
        SequenceExpression sequence => MayBeAbsent(sequence.Expressions[^1]),
        _ => false,
    };

    bool IsBound(string name) => _bound.Any(names => names.Contains(name));

    bool IsRoot(Identifier identifier) => DataPath.Roots.Contains(identifier.Name) && !IsBound(identifier.Name);

    void Visit(Node? node, Use use)
    {
        if (node is null)
            return;
        if (++_depth > MaxDepth)
            throw new FormatException("it is nested too deeply");

        if (PathReader.Find(node, IsRoot) is { } path)
            Replace(node, path, use);
        else
            VisitParts(node, use);
        _depth--;
    }

    void VisitParts(Node node, Use use)
    {
        switch (node)
        {
            case Identifier name when !IsBound(name.Name) && !Globals.Contains(name.Name):
                throw new FormatException($"there is no '{name.Name}'; expressions know {string.Join(", ", DataPath.Roots)} and JavaScript's own functions");
            case BigIntLiteral:
                throw new FormatException("big integers are not available");
            case ImportExpression:
                throw new FormatException("import is not available");
            case Identifier or MetaProperty or BreakStatement or ContinueStatement or Literal:
                break;
            case LabeledStatement labeled:
                Visit(labeled.Body, Use.Value);
                break;
            case ChainExpression chain:
                Visit(chain.Expression, Use.Optional);
                break;
            case MemberExpression member:
                if (use == Use.Value && HasRoot(member))
                    VisitChecked(member);
                else
                    VisitMember(member);
                break;
            case CallExpression call:
                VisitCallee(call.Callee);
                VisitAll(call.Arguments);
                break;
            case NewExpression creation:
                VisitCallee(creation.Callee);
                VisitAll(creation.Arguments);
                break;
            case TaggedTemplateExpression tagged:
                VisitCallee(tagged.Tag);
                VisitAll(tagged.Quasi.Expressions);
                break;
            case TemplateLiteral template:
                VisitTemplate(template);
                break;
            case UpdateExpression update:
                Visit(update.Argument, Use.Target);
                break;
            case UnaryExpression unary:
                Visit(unary.Argument, unary.Operator switch { Operator.TypeOf => Use.Optional, Operator.Delete => Use.Target, _ => Use.Value });
                break;
            case AssignmentExpression assignment:
                Visit(assignment.Left, Use.Target);
                Visit(assignment.Right, Use.Value);
                break;
            case AssignmentPattern pattern:
                Visit(pattern.Left, Use.Target);
                Visit(pattern.Right, Use.Value);
                break;
            case LogicalExpression logical:
                Visit(logical.Left, logical.Operator == Operator.NullishCoalescing ? Use.Optional : Use.Value);
                Visit(logical.Right, use);
                break;
            case BinaryExpression binary:
                Visit(binary.Left, IsAbsence(binary.Right) && IsComparison(binary) ? Use.Optional : Use.Value);
                Visit(binary.Right, IsAbsence(binary.Left) && IsComparison(binary) ? Use.Optional : Use.Value);
                break;
            case Property property:
                VisitProperty(property, use);
                break;
            case ClassProperty property:
                if (property.Computed)
                    Visit(property.Key, Use.Value);
                Visit(property.Value, Use.Value);
                break;
            case ForInStatement { Left: not VariableDeclaration } loop:
                Visit(loop.Left, Use.Target);
                Visit(loop.Right, Use.Value);
                Visit(loop.Body, Use.Value);
                break;
            case ForOfStatement { Left: not VariableDeclaration } loop:
                Visit(loop.Left, Use.Target);
                Visit(loop.Right, Use.Value);
                Visit(loop.Body, Use.Value);
                break;
            case IFunction function:
                _bound.Push(BoundNames.Of(node));
                foreach (var parameter in function.Params)
                    Visit(parameter, Use.Target);
                Visit(function.Body, Use.Value);
                _bound.Pop();
                break;
            default:
                var inner = node is ArrayPattern or ObjectPattern or RestElement ? Use.Target : Use.Value;
                foreach (var child in node.ChildNodes)
                    Visit(child, inner);
                break;
        }
    }

    void VisitAll<T>(in NodeList<T> nodes)
        where T : Node
    {
        foreach (var node in nodes)
            Visit(node, Use.Value);
    }

    void VisitMember(MemberExpression member)
    {
        Visit(member.Object, member.Optional ? Use.Optional : Use.Inner);
        if (member.Computed)
            Visit(member.Property, Use.Value);
    }

    // The last name of a callee is a method of the value, and not data.
    void VisitCallee(Node callee)
    {
        if (callee is MemberExpression method)
            VisitMember(method);
        else
            Visit(callee, Use.Inner);
    }

    void VisitProperty(Property property, Use use)
    {
        if (property.Computed)
            Visit(property.Key, Use.Value);
        if (property.Shorthand && use != Use.Target && property.Value is Identifier name && IsRoot(name))
        {
            CopyTo(name.Start);
            _result.Append(name.Name).Append(':');
        }

        Visit(property.Value, use == Use.Target ? Use.Target : Use.Value);
    }

    // The engine builds a template literal in one go, whatever its size.
    void VisitTemplate(TemplateLiteral template)
    {
        CopyTo(template.Start);
        _result.Append(_prefix).Append("text(");
        foreach (var (index, text) in template.Quasis.Index())
        {
            _result.Append('`').Append(_text, text.Start, text.End - text.Start).Append("`,");
            if (index == template.Expressions.Count)
                break;

            var value = template.Expressions[index];
            _copied = value.Start;
            Visit(value, Use.Value);
            CopyTo(value.End);
            _result.Append(',');
        }

        _copied = template.End;
        _result.Append(')');
    }

    void VisitChecked(MemberExpression member)
    {
        CopyTo(member.Start);
        _result.Append(_prefix).Append("need(");
        VisitMember(member);
        CopyTo(member.End);
        _result.Append(',').Append(_checked.Count).Append(')');
        _checked.Add(_text[member.Start..member.End]);
    }

    bool HasRoot(MemberExpression member)
    {
        Node node = member;
        while (node is MemberExpression outer)
            node = outer.Object;
        return node is Identifier root && IsRoot(root);
    }

    bool IsAbsence(Node node) => node is Literal { Value: null, Kind: TokenKind.NullLiteral } || (node is Identifier { Name: "undefined" } && !IsBound("undefined"));

    static bool IsComparison(BinaryExpression binary) =>
        binary.Operator is Operator.Equality or Operator.Inequality or Operator.StrictEquality or Operator.StrictInequality;

    void Replace(Node node, DataPath path, Use use)
    {
        if (use == Use.Target)
            throw new FormatException($"{path} cannot be changed");

        var read = new ScriptPath(path, use == Use.Optional);
        var index = _paths.IndexOf(read);
        if (index < 0)
        {
            index = _paths.Count;
            _paths.Add(read);
        }

        CopyTo(node.Start);
        _result.Append(_prefix).Append(index);
        _copied = node.End;
    }

    void CopyTo(int position)
    {
        _result.Append(_text, _copied, position - _copied);
        _copied = position;
    }
}
