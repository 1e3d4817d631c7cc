using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlowRuns.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using ScalarEvent = YamlDotNet.Core.Events.Scalar;

namespace FlowRuns.Gateway.Flows;

/// <summary>Turns one YAML document into JSON, event by event: nothing is composed or expanded, so a small text stays small.</summary>
/// <remarks>Refused are anchors and aliases, tags beyond the core schema, duplicate keys, keys that are not text, several documents and nesting below <see cref="StrictJson.MaxDepth"/>.</remarks>
sealed class YamlSource : IDisposable
{
    const string CoreTags = "tag:yaml.org,2002:";

    readonly ArrayBufferWriter<byte> _json = new();
    readonly Utf8JsonWriter _writer;
    readonly Stack<bool> _openIsMapping = new();
    readonly JsonPlace _place = new();
    readonly FieldErrors _errors = new();
    bool _awaitsKey;
    int _documents;
    bool _stopped;

    YamlSource()
    {
        // The events nest properly by themselves, and a refused document is never used.
        _writer = new Utf8JsonWriter(_json, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <exception cref="Errors.RequestRefusedException">With all that is wrong, each under the nearest path, with its line and column.</exception>
    public static ReadOnlyMemory<byte> ToJson(string yaml)
    {
        using var source = new YamlSource();
        source.ReadAll(yaml);
        if (source._documents == 0 && !source._errors.Any)
            source._errors.Add(StrictJson.Root, "is empty; send a flow.");
        source._errors.ThrowIfAny();

        source._writer.Flush();
        return source._json.WrittenMemory;
    }

    public void Dispose() => _writer.Dispose();

    void ReadAll(string yaml)
    {
        var parser = new Parser(new Scanner(new StringReader(yaml)));
        while (!_stopped && MoveNext(parser))
            Read(parser.Current!);
    }

    bool MoveNext(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (YamlException e)
        {
            Refuse(e.Start, $"is not valid YAML: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // Seen with text after a document's end: the parser takes its own confusion for a bug.
            Refuse(parser.Current?.End ?? Mark.Empty, "is not valid YAML.");
        }

        return false;
    }

    void Read(ParsingEvent @event)
    {
        switch (@event)
        {
            case DocumentStart start when ++_documents > 1:
                Stop(start.Start, "a second document begins here; send one flow at a time.");
                break;
            case MappingEnd:
                _writer.WriteEndObject();
                Close();
                break;
            case SequenceEnd:
                _writer.WriteEndArray();
                Close();
                break;
            case AnchorAlias alias:
                Alias(alias);
                break;
            case ScalarEvent key when _awaitsKey:
                Key(key);
                break;
            case NodeEvent node when _awaitsKey:
                Stop(node.Start, "a key must be text.");
                break;
            case NodeEvent node:
                _place.EnterValue();
                Value(node);
                break;
        }
    }

    void Key(ScalarEvent key)
    {
        var isNew = _place.TryEnterProperty(key.Value);
        RefuseAnchor(key);
        if (Resolve(key) is not { Json: null, Fault: null })
            Refuse(key.Start, $"the key {Excerpt.Of(key.Value)} is not text; put it in quotes.");
        else if (!isNew)
            Refuse(key.Start, $"the key {Excerpt.Of(key.Value)} stands here more than once; keep one.");

        if (IsUnicode(key))
            _writer.WritePropertyName(key.Value);
        _awaitsKey = false;
    }

    void Value(NodeEvent node)
    {
        RefuseAnchor(node);
        switch (node)
        {
            case MappingStart:
                CheckTag(node, "map");
                _writer.WriteStartObject();
                Open(node, isMapping: true);
                return;
            case SequenceStart:
                CheckTag(node, "seq");
                _writer.WriteStartArray();
                Open(node, isMapping: false);
                return;
            case ScalarEvent scalar:
                Value(scalar);
                break;
        }

        _awaitsKey = IsInMapping;
    }

    void Alias(AnchorAlias alias)
    {
        if (!_awaitsKey)
            _place.EnterValue();
        Refuse(alias.Start, $"the alias *{Excerpt.Of(alias.Value.Value)} is not allowed; write the value out, or put it in quotes to make it text.");
        _stopped = _awaitsKey;
        _awaitsKey = IsInMapping;
    }

    void Value(ScalarEvent scalar)
    {
        var resolved = Resolve(scalar);
        if (resolved.Fault is { } fault)
            Refuse(scalar.Start, fault);
        else if (resolved.Json is { } json)
            _writer.WriteRawValue(json, skipInputValidation: true);
        else if (IsUnicode(scalar))
            _writer.WriteStringValue(scalar.Value);
    }

    bool IsInMapping => _openIsMapping.TryPeek(out var isMapping) && isMapping;

    void Open(NodeEvent start, bool isMapping)
    {
        if (_openIsMapping.Count == StrictJson.MaxDepth)
            Stop(start.Start, $"nests deeper than {StrictJson.MaxDepth} levels; make it flatter.");
        _openIsMapping.Push(isMapping);
        _place.EnterContainer();
        _awaitsKey = isMapping;
    }

    void Close()
    {
        _openIsMapping.Pop();
        _place.Leave();
        _awaitsKey = IsInMapping;
    }

    YamlScalar Resolve(ScalarEvent scalar)
    {
        if (scalar.Tag.IsEmpty)
            return scalar.Style == ScalarStyle.Plain ? YamlScalar.Of(scalar.Value) : default;
        if (scalar.Tag.IsNonSpecific || scalar.Tag.Value == CoreTags + "str")
            return default;
        if (scalar.Tag.Value is CoreTags + "null" or CoreTags + "bool" or CoreTags + "int" or CoreTags + "float")
            return YamlScalar.Of(scalar.Value, scalar.Tag.Value[CoreTags.Length..]);

        RefuseTag(scalar);
        return default;
    }

    void CheckTag(NodeEvent start, string kind)
    {
        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific && start.Tag.Value != CoreTags + kind)
            RefuseTag(start);
    }

    // A text with half a surrogate pair cannot be written as UTF-8.
    bool IsUnicode(ScalarEvent scalar)
    {
        for (var rest = scalar.Value.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
            {
                Refuse(scalar.Start, "holds half of a surrogate pair, which is no character; write the character itself.");
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    void RefuseAnchor(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
            Refuse(node.Start, $"the anchor &{Excerpt.Of(node.Anchor.Value)} is not allowed; write the value out where it is needed.");
    }

    void RefuseTag(NodeEvent node) => Refuse(node.Start, $"the tag {Excerpt.Of(node.Tag.Value)} is not allowed; leave it out.");

    void Stop(Mark at, string message)
    {
        Refuse(at, message);
        _stopped = true;
    }

    void Refuse(Mark at, string message) => _errors.Add(_place.ToString(), $"line {at.Line}, column {at.Column}: {message}");
}
