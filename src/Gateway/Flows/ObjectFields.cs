using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Gateway.Flows;

/// <summary>One JSON object of a body: hands out its members by name, and notes what is wrong with them under their path.</summary>
/// <remarks>A member that is <c>null</c> counts as left out. Where something is wrong the value handed out is a stand-in, never to be used: the body is refused as a whole.</remarks>
sealed class ObjectFields
{
    readonly Dictionary<string, JsonElement> _members = [];
    readonly List<string> _known = [];
    readonly string _path;
    readonly FieldErrors _errors;

    public ObjectFields(JsonElement value, string path, FieldErrors errors)
    {
        _path = path;
        _errors = errors;
        foreach (var member in value.EnumerateObject())
            _members[member.Name] = member.Value;
    }

    public static ObjectFields? Of(JsonElement value, string path, FieldErrors errors)
    {
        if (value.ValueKind == JsonValueKind.Object)
            return new ObjectFields(value, path, errors);
        errors.Add(path.Length == 0 ? StrictJson.Root : path, $"{Excerpt.Of(value)} is not an object; give names and values.");
        return null;
    }

    public bool Has(string name) => _members.ContainsKey(name);

    public bool IsNull(string name) => _members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Null;

    public string PathOf(string name) => _path.Length == 0 ? Excerpt.Of(name) : $"{_path}.{Excerpt.Of(name)}";

    public JsonElement? Find(string name)
    {
        _known.Add(name);
        return _members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public string RequiredText(string name, string example)
    {
        var text = Text(name);
        if (text is null && Find(name) is null)
            _errors.Add(PathOf(name), $"is missing; give a text such as {example}.");
        return text ?? "";
    }

    public string? Text(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            Refuse(name, value, "is not text; put it in quotes.");
        else if (value.GetString() is { } text && !text.Contains('\0'))
            return text;
        else
            Refuse(name, value, "holds the character \\u0000, which cannot be stored; leave it out.");
        return null;
    }

    public T? Choice<T>(string name, params IReadOnlyCollection<T> values)
        where T : struct, Enum
    {
        if (Find(name) is not { } value)
            return null;

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (WireNames<T>.TryParse(text, out var choice) && values.Contains(choice))
            return choice;

        var names = values.Select(WireNames<T>.Of).ToArray();
        var meant = NearestName.Find(text, names) is { } near ? $"; did you mean {near}?" : ".";
        Refuse(name, value, $"is not one of {string.Join(", ", names)}{meant}");
        return null;
    }

    public T? Choice<T>(string name)
        where T : struct, Enum => Choice(name, Enum.GetValues<T>());

    public TimeSpan? Duration(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String && DurationTextConverter.TryParse(value.GetString(), out var duration))
            return duration;
        Refuse(name, value, "is not a length of time; give a whole number and a unit, such as 250ms, 30s, 15m, 1h or 7d.");
        return null;
    }

    public int? Whole(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            return number;
        Refuse(name, value, "is not a whole number; give one such as 3.");
        return null;
    }

    public ObjectFields? Fields(string name) => Find(name) is { } value ? Of(value, PathOf(name), _errors) : null;

    public void Refuse(string name, JsonElement value, string message) => _errors.Add(PathOf(name), $"{Excerpt.Of(value)} {message}");

    /// <summary>Notes every member that nobody asked for, apart from the <paramref name="ignored"/> ones. Comes last.</summary>
    public void RefuseOthers(params IReadOnlyCollection<string> ignored)
    {
        foreach (var name in _members.Keys.Except(_known).Except(ignored))
            _errors.Add(PathOf(name), $"is not known; {NearestName.Hint(name, _known.Distinct().ToArray())}");
    }
}
