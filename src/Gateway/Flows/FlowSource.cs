using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using FlowRuns.Errors;
using FlowRuns.Json;
using Microsoft.Net.Http.Headers;

namespace FlowRuns.Gateway.Flows;

/// <summary>A flow as it was sent, in JSON or in YAML. As a parameter of an endpoint: the request's body.</summary>
sealed class FlowSource
{
    /// <summary>The registered name, RFC 9512.</summary>
    public const string YamlType = "application/yaml";

    // Names from before the registration come after it.
    static readonly string[] YamlTypes = [YamlType, "application/x-yaml", "text/yaml", "text/x-yaml"];

    readonly RequestBody _body;
    readonly bool _isYaml;

    FlowSource(RequestBody body, bool isYaml)
    {
        _body = body;
        _isYaml = isYaml;
    }

    public static FlowSource Json(ReadOnlyMemory<byte> utf8) => new(new RequestBody(utf8), isYaml: false);

    public static FlowSource Yaml(ReadOnlyMemory<byte> utf8) => new(new RequestBody(utf8), isYaml: true);

    public static async ValueTask<FlowSource> BindAsync(HttpContext context)
    {
        var contentType = context.Request.ContentType;
        var isYaml = IsYaml(contentType);
        if (contentType is not null && !isYaml && !RequestBody.IsJson(contentType))
            throw new BadHttpRequestException($"The body is '{contentType}'; it must be application/json or {YamlType} in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        return new FlowSource(await RequestBody.ReadAllAsync(context), isYaml);
    }

    public static bool IsYaml(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && YamlTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>The value that the text holds.</summary>
    /// <exception cref="RequestRefusedException">The text is not JSON or YAML, or in a form that is refused whatever it says.</exception>
    public JsonElement Root()
    {
        if (_body.Utf8.IsEmpty)
            throw Refuse("is required: a flow.");

        var json = _isYaml ? YamlSource.ToJson(Text()) : _body.Utf8;
        StrictJson.Check(json.Span);
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    string Text() => Utf8.IsValid(_body.Utf8.Span) ? Encoding.UTF8.GetString(_body.Utf8.Span) : throw Refuse("is not valid UTF-8.");

    static RequestRefusedException Refuse(string message) => new([new FieldError(StrictJson.Root, message)]);
}
