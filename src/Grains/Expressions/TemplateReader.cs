using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlowRuns.Expressions;

/// <summary>Takes an input apart into constant JSON and expressions.</summary>
sealed partial class TemplateReader
{
    const string Open = "{{";
    const string Close = "}}";

    // An expression may hold }} itself. Each further one costs an attempt to parse.
    const int MaxCloses = 50;

    readonly List<TemplatePart> _parts = [];
    ArrayBufferWriter<byte> _constant = new();
    int _expressions;

    public List<TemplateError> Errors { get; } = [];

    public List<StepReference> References { get; } = [];

    public ImmutableArray<TemplatePart> Parts()
    {
        Add(null);
        return [.. _parts];
    }

    public void Read(JsonElement value, string field)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                ReadObject(value, field);
                break;
            case JsonValueKind.Array:
                ReadArray(value, field);
                break;
            case JsonValueKind.String when value.GetRawText().Contains(Open) || value.GetRawText().Contains("\\u007b", StringComparison.OrdinalIgnoreCase):
                ReadText(JsonText.Of(value), field);
                break;
            default:
                _constant.Write(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    void ReadObject(JsonElement value, string field)
    {
        var separator = "{"u8;
        foreach (var member in value.EnumerateObject())
        {
            _constant.Write(separator);
            _constant.Write(JsonText.Quote(member.Name));
            _constant.Write(":"u8);
            Read(member.Value, Below(field, member.Name));
            separator = ","u8;
        }

        _constant.Write(separator.SequenceEqual("{"u8) ? "{}"u8 : "}"u8);
    }

    void ReadArray(JsonElement value, string field)
    {
        var separator = "["u8;
        var index = 0;
        foreach (var element in value.EnumerateArray())
        {
            _constant.Write(separator);
            Read(element, $"{field}[{index++}]");
            separator = ","u8;
        }

        _constant.Write(separator.SequenceEqual("["u8) ? "[]"u8 : "]"u8);
    }

    void ReadText(string text, string field)
    {
        if (!text.Contains(Open))
        {
            _constant.Write(JsonText.Quote(text));
            return;
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        var placeholders = ImmutableArray.CreateBuilder<Placeholder>();
        var position = 0;
        for (var open = text.IndexOf(Open); open >= 0; open = text.IndexOf(Open, position))
        {
            texts.Add(text[position..open]);
            position = open + Open.Length;
            if (ReadExpression(text, ref position, field) is { } placeholder)
                placeholders.Add(placeholder);
        }

        texts.Add(text[position..]);
        if (placeholders.Count == 1 && texts.All(t => t.Length == 0))
            Add(new TemplatePart.Value(placeholders[0]));
        else if (placeholders.Count == texts.Count - 1)
            Add(placeholders.Count == 0 ? null : new TemplatePart.Joined(texts.ToImmutable(), placeholders.ToImmutable()));
    }

    // The expression ends at the first }} before which it is complete: the JavaScript parser knows about strings, comments and braces.
    Placeholder? ReadExpression(string text, ref int position, string field)
    {
        var start = position;
        TemplateError? first = null;
        for (var (close, tries) = (text.IndexOf(Close, start), 0); close >= 0 && tries < MaxCloses; close = text.IndexOf(Close, close + 1), tries++)
        {
            if (close - start > ExpressionLimits.ExpressionLength)
                break;
            var source = new ExpressionSource(field, text[start..close]);
            if (ExpressionParser.Parse(source.Text, out var error) is { } syntax)
            {
                position = close + Close.Length;
                return Compile(source, syntax);
            }

            if (first is null)
            {
                position = close + Close.Length;
                first = new TemplateError(field, source.Text, error);
            }
        }

        if (first is null)
        {
            position = text.Length;
            first = new TemplateError(field, text[start..Math.Min(text.Length, start + 100)], text.IndexOf(Close, start) < 0
                ? "{{ has no }} after it; write {{ \"{{\" }} for the two braces themselves"
                : $"it is longer than {ExpressionLimits.ExpressionLength} characters");
        }

        Errors.Add(first);
        return null;
    }

    Placeholder? Compile(ExpressionSource source, Acornima.Ast.Expression syntax)
    {
        if (++_expressions > ExpressionLimits.Expressions)
        {
            if (_expressions == ExpressionLimits.Expressions + 1)
                Errors.Add(new TemplateError(source.Field, source.Text, $"the input has more than {ExpressionLimits.Expressions} expressions"));
            return null;
        }

        try
        {
            var expression = ExpressionParser.Compile(source, syntax, out var paths);
            References.AddRange(paths.Where(p => p.Root == "steps" && p.Segments.Length > 0)
                .Select(p => new StepReference(source.Field, source.Text, p.Segments[0].Name)).Distinct());
            return new Placeholder(source, expression);
        }
        catch (FormatException e)
        {
            Errors.Add(new TemplateError(source.Field, source.Text, e.Message));
            return null;
        }
    }

    void Add(TemplatePart? part)
    {
        if (_constant.WrittenCount > 0)
        {
            _parts.Add(new TemplatePart.Constant(_constant.WrittenMemory));
            _constant = new ArrayBufferWriter<byte>();
        }

        if (part is not null)
            _parts.Add(part);
    }

    static string Below(string field, string name) => Plain().IsMatch(name) ? (field.Length == 0 ? name : $"{field}.{name}") : $"{field}[\"{name}\"]";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_-]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();
}
