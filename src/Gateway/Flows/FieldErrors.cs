using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Errors;

namespace FlowRuns.Gateway.Flows;

/// <summary>All that is wrong with one body, so that its author can mend it in one go.</summary>
sealed class FieldErrors
{
    /// <summary>The field that faults of the body as a whole are reported under.</summary>
    public const string Body = "body";

    const int MostShown = 100;
    const int MostCharacters = 60;

    static readonly SearchValues<char> Separators = SearchValues.Create(".[]\"' ");

    readonly List<FieldError> _errors = [];

    public int Count => _errors.Count;

    public void Add(string field, string message)
    {
        if (_errors.Count < MostShown)
            _errors.Add(new FieldError(field.Length == 0 ? Body : field, message));
    }

    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
            throw new RequestRefusedException(_errors.ToImmutableArray());
    }

    public static string Member(string path, string name)
    {
        var shown = Shortened(name);
        if (name.AsSpan().ContainsAny(Separators) || name.Length == 0)
            return $"{path}[\"{shown}\"]";
        return path.Length == 0 ? shown : $"{path}.{shown}";
    }

    public static string Item(string path, int index) => $"{path}[{index}]";

    public static string Shown(JsonElement value) => Shortened(value.GetRawText());

    public static string Shortened(string text)
    {
        if (text.Length <= MostCharacters)
            return text;
        var end = char.IsHighSurrogate(text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters;
        return string.Concat(text.AsSpan(0, end), "...");
    }
}
