using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FlowRuns.Gateway.Flows;

/// <summary>A flow as it was sent: UTF-8 text, in JSON or in YAML.</summary>
sealed class FlowSource
{
    readonly ReadOnlyMemory<byte> _utf8;
    readonly bool _isYaml;

    FlowSource(ReadOnlyMemory<byte> utf8, bool isYaml)
    {
        _utf8 = utf8;
        _isYaml = isYaml;
    }

    public static FlowSource Json(ReadOnlyMemory<byte> utf8) => new(utf8, isYaml: false);

    public static FlowSource Yaml(ReadOnlyMemory<byte> utf8) => new(utf8, isYaml: true);

    /// <summary>The value that the text holds.</summary>
    /// <exception cref="Errors.RequestRefusedException">The text is not JSON or YAML, or in a form that is refused whatever it says.</exception>
    public JsonElement Root()
    {
        var errors = new FieldErrors();
        var root = Text(errors) is { } json ? StrictJson.Parse(json, errors) : null;
        errors.ThrowIfAny();
        return root!.Value;
    }

    ReadOnlyMemory<byte>? Text(FieldErrors errors)
    {
        var utf8 = _utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? _utf8[Encoding.UTF8.Preamble.Length..] : _utf8;
        if (utf8.IsEmpty)
            errors.Add(FieldErrors.Body, "is empty; send a flow.");
        else if (!Utf8.IsValid(utf8.Span))
            errors.Add(FieldErrors.Body, "is not UTF-8 text; send the body in UTF-8.");
        else
            return _isYaml ? YamlSource.ToJson(Encoding.UTF8.GetString(utf8.Span), errors) : utf8;
        return null;
    }
}
