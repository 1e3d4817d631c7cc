using Acornima.Ast;

namespace FlowRuns.Expressions;

/// <summary>The names that a function binds itself: its parameters, and what it declares outside of functions within it.</summary>
static class BoundNames
{
    public static HashSet<string> Of(Node scope)
    {
        var names = new HashSet<string>();
        if (scope is IFunction function)
        {
            if (function is FunctionExpression { Id: { } own })
                names.Add(own.Name);
            foreach (var parameter in function.Params)
                AddPattern(parameter, names);
        }

        AddDeclared(scope, names);
        return names;
    }

    static void AddDeclared(Node node, HashSet<string> names)
    {
        foreach (var child in node.ChildNodes)
        {
            switch (child)
            {
                case VariableDeclarator variable:
                    AddPattern(variable.Id, names);
                    break;
                case CatchClause { Param: { } caught }:
                    AddPattern(caught, names);
                    break;
                case FunctionDeclaration { Id: { } function }:
                    names.Add(function.Name);
                    break;
                case IClass { Id: { } type }:
                    names.Add(type.Name);
                    break;
            }

            if (child is not IFunction)
                AddDeclared(child, names);
        }
    }

    static void AddPattern(Node pattern, HashSet<string> names)
    {
        switch (pattern)
        {
            case Identifier name:
                names.Add(name.Name);
                break;
            case AssignmentPattern withDefault:
                AddPattern(withDefault.Left, names);
                break;
            case RestElement rest:
                AddPattern(rest.Argument, names);
                break;
            case ArrayPattern array:
                foreach (var element in array.Elements)
                {
                    if (element is not null)
                        AddPattern(element, names);
                }

                break;
            case ObjectPattern properties:
                foreach (var property in properties.Properties)
                    AddPattern(property is Property p ? p.Value : property, names);
                break;
        }
    }
}
