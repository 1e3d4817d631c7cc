using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
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
    readonly Stack<Level> _levels = new();
    readonly FieldErrors _errors;
    int _documents;
    bool _stopped;

    YamlSource(FieldErrors errors)
    {
        _errors = errors;
        // The events nest properly by themselves, and a refused document is never used.
        _writer = new Utf8JsonWriter(_json, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>The document as JSON, or null with the reasons in <paramref name="errors"/>.</summary>
    public static ReadOnlyMemory<byte>? ToJson(string yaml, FieldErrors errors)
    {
        using var source = new YamlSource(errors);
        source.ReadAll(yaml);
        if (errors.Count == 0 && source._documents == 0)
            errors.Add(FieldErrors.Body, "is empty; send a document.");
        if (errors.Count > 0)
            return null;

        source._writer.Flush();
        return source._json.WrittenMemory;
    }

    public void Dispose() => _writer.Dispose();

    void ReadAll(string yaml)
    {
        var parser = new Parser(new Scanner(new StringReader(yaml)));
        try
        {
            while (!_stopped && parser.MoveNext())
                Read(parser.Current!);
        }
        catch (YamlException e)
        {
            Refuse(e.Start, $"is not valid YAML: {e.Message}");
        }
    }

    void Read(ParsingEvent @event)
    {
        if (@event is NodeEvent { Anchor.IsEmpty: false } anchored)
            Refuse(anchored.Start, $"the anchor &{FieldErrors.Shortened(anchored.Anchor.Value)} is not allowed; write the value out where it is needed.");

        switch (@event)
        {
            case DocumentStart start when ++_documents > 1:
                Stop(start.Start, "a second document begins here; send one flow at a time.");
                break;
            case AnchorAlias alias:
                Refuse(alias.Start, $"the alias *{FieldErrors.Shortened(alias.Value.Value)} is not allowed; write the value out, or put it in quotes to make it text.");
                _stopped = AwaitsKey;
                Done();
                break;
            case ScalarEvent scalar when AwaitsKey:
                Key(scalar);
                break;
            case ScalarEvent scalar:
                Value(scalar);
                break;
            case MappingStart mapping:
                Open(mapping, "map", new Level { Keys = [] });
                break;
            case SequenceStart sequence:
                Open(sequence, "seq", new Level());
                break;
            case MappingEnd:
                _levels.Pop();
                _writer.WriteEndObject();
                Done();
                break;
            case SequenceEnd:
                _levels.Pop();
                _writer.WriteEndArray();
                Done();
                break;
        }
    }

    bool AwaitsKey => _levels.TryPeek(out var level) && level is { Keys: not null, Key: null };

    void Open(NodeEvent start, string kind, Level level)
    {
        if (AwaitsKey)
            Stop(start.Start, "a key must be text, not a list or a mapping.");
        else if (_levels.Count == StrictJson.MaxDepth)
            Stop(start.Start, $"nests deeper than {StrictJson.MaxDepth} levels; make it flatter.");
        if (_stopped)
            return;

        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific && start.Tag.Value != CoreTags + kind)
            RefuseTag(start);
        if (level.Keys is null)
            _writer.WriteStartArray();
        else
            _writer.WriteStartObject();
        _levels.Push(level);
    }

    void Key(ScalarEvent scalar)
    {
        var level = _levels.Peek();
        var name = scalar.Value;
        if (Resolve(scalar) is { Json: not null } or { Fault: not null })
            Refuse(scalar.Start, $"the key {FieldErrors.Shortened(name)} is not text; put it in quotes.");
        else if (!level.Keys!.Add(name))
            Refuse(scalar.Start, $"the key {FieldErrors.Shortened(name)} stands here more than once; keep one.");

        level.Key = name;
        if (CheckText(scalar))
            _writer.WritePropertyName(name);
    }

    void Value(ScalarEvent scalar)
    {
        var resolved = Resolve(scalar);
        if (resolved.Fault is { } fault)
            Refuse(scalar.Start, fault);

        if (resolved.Json is { } json)
            Value(json);
        else if (CheckText(scalar))
            Value(JsonSerializer.SerializeToUtf8Bytes(scalar.Value));
        else
            Done();
    }

    void Value(string json) => Value(Encoding.UTF8.GetBytes(json));

    void Value(ReadOnlySpan<byte> json)
    {
        _writer.WriteRawValue(json, skipInputValidation: true);
        Done();
    }

    YamlScalar Resolve(ScalarEvent scalar)
    {
        if (scalar.Tag.IsEmpty)
            return scalar.Style == ScalarStyle.Plain ? YamlScalar.Of(scalar.Value) : default;
        if (scalar.Tag.IsNonSpecific || scalar.Tag.Value == CoreTags + "str")
            return default;

        var resolved = YamlScalar.Of(scalar.Value);
        var kind = resolved.Json switch
        {
            null => "text",
            "null" => "null",
            "true" or "false" => "bool",
            var number => number.AsSpan().ContainsAny('.', 'e', 'E') ? "float" : "int",
        };
        if (scalar.Tag.Value is CoreTags + "null" or CoreTags + "bool" or CoreTags + "int" or CoreTags + "float")
        {
            if (scalar.Tag.Value == CoreTags + kind || (scalar.Tag.Value == CoreTags + "float" && kind == "int"))
                return resolved;
            return new YamlScalar(null, $"{FieldErrors.Shortened(scalar.Value)} does not fit its tag {scalar.Tag.Value[CoreTags.Length..]}; leave the tag out.");
        }

        RefuseTag(scalar);
        return default;
    }

    // A text with half a surrogate pair cannot be written as UTF-8.
    bool CheckText(ScalarEvent scalar)
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

    /// <summary>A value has ended: the mapping waits for its next key, the list counts on.</summary>
    void Done()
    {
        if (!_levels.TryPeek(out var level))
            return;
        level.Key = null;
        level.Index++;
    }

    void RefuseTag(NodeEvent node) =>
        Refuse(node.Start, $"the tag {FieldErrors.Shortened(node.Tag.Value)} is not allowed; leave it out.");

    void Stop(Mark at, string message)
    {
        Refuse(at, message);
        _stopped = true;
    }

    void Refuse(Mark at, string message) => _errors.Add(Path(), $"line {at.Line}, column {at.Column}: {message}");

    string Path()
    {
        var path = "";
        foreach (var level in _levels.Reverse())
        {
            if (level.Keys is null)
                path = FieldErrors.Item(path, level.Index);
            else if (level.Key is { } key)
                path = FieldErrors.Member(path, key);
        }

        return path;
    }

    /// <summary>A mapping that is open, with its keys so far, or a list, without.</summary>
    sealed class Level
    {
        public HashSet<string>? Keys { get; init; }

        public string? Key { get; set; }

        public int Index { get; set; }
    }
}
