using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Expressions;

/// <summary>A step's input, parsed: JSON whose strings may hold JavaScript expressions between <c>{{</c> and <c>}}</c>.</summary>
/// <remarks>
/// Parse once per flow version and render for each attempt; safe for use by several threads. A string that is exactly one expression becomes its value,
/// of any type; in other strings values are joined in: null as nothing, objects and arrays as JSON. A value is never evaluated again.
/// Names of object members are not evaluated. <c>{{ "{{" }}</c> stands for two braces.
/// </remarks>
sealed class Template
{
    readonly ImmutableArray<TemplatePart> _parts;
    readonly ExpressionLimits _limits;

    Template(ImmutableArray<TemplatePart> parts, ImmutableArray<TemplateError> errors, ImmutableArray<StepReference> references, ExpressionLimits limits)
    {
        (_parts, _limits) = (parts, limits);
        Errors = errors;
        References = references;
        HasScripts = parts.Any(part => part.HasScript);
        IsConstant = parts.All(part => part is TemplatePart.Constant);
    }

    /// <summary>What is wrong with expressions. A template with errors does not render.</summary>
    public ImmutableArray<TemplateError> Errors { get; }

    public ImmutableArray<StepReference> References { get; }

    public bool HasScripts { get; }

    /// <summary>Whether it has no expressions: then it renders to itself.</summary>
    public bool IsConstant { get; }

    /// <param name="limits">For each time that it is rendered; null for the usual ones.</param>
    public static Template Parse(JsonData input, ExpressionLimits? limits = null)
    {
        var reader = new TemplateReader();
        try
        {
            reader.Read(input.ToElement(), "");
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            reader.Errors.Add(new TemplateError("", "", e.Message));
        }

        return new Template(reader.Parts(), [.. reader.Errors], [.. reader.References], limits ?? ExpressionLimits.Default);
    }

    /// <exception cref="ExpressionException">An expression has no value. The message names it, its field and the reason.</exception>
    public JsonElement Render(ExpressionScope scope, CancellationToken cancellationToken)
    {
        if (Errors is [var error, ..])
            throw new ExpressionException(error.Field, error.Expression, error.Message);

        var budget = new ScriptBudget(_limits, cancellationToken);
        var output = new ArrayBufferWriter<byte>();
        foreach (var part in _parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            part.Render(output, scope, budget);
        }

        try
        {
            return new JsonData(output.WrittenMemory).ToElement();
        }
        catch (JsonException e)
        {
            throw _parts.OfType<TemplatePart.Value>().First().Placeholder.Source.Failure($"with it the input has more than {JsonData.MaxDepth} levels", e);
        }
    }
}
