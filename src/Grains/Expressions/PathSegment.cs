using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlowRuns.Expressions;

/// <summary>One step down a path: a property's name, or an array index as text, which is what JavaScript makes of it.</summary>
/// <param name="Optional">Written with <c>?.</c>: when what is left of it is missing or null, the rest of the path is not read.</param>
sealed partial record PathSegment(string Name, bool Optional)
{
    // Only the canonical form is an index: "01" is another key in JavaScript.
    readonly int _index = Name is "0" || (Name.Length < 10 && Canonical().IsMatch(Name)) ? int.Parse(Name) : -1;

    /// <summary>The value below <paramref name="parent"/>, <c>default</c> when there is none: what JavaScript reads of the data itself, and nothing it inherits.</summary>
    public JsonElement Find(JsonElement parent)
    {
        switch (parent.ValueKind)
        {
            case JsonValueKind.Object:
                return parent.TryGetProperty(Name, out var value) ? value : default;
            case JsonValueKind.Array when Name == "length":
                return JsonText.Number(parent.GetArrayLength());
            case JsonValueKind.Array:
                return _index >= 0 && _index < parent.GetArrayLength() ? parent[_index] : default;
            case JsonValueKind.String when Name == "length":
                return JsonText.Number(JsonText.Of(parent).Length);
            case JsonValueKind.String when _index >= 0:
                var text = JsonText.Of(parent);
                return _index < text.Length ? JsonText.String(text[_index].ToString()) : default;
            default:
                return default;
        }
    }

    public override string ToString() => (Optional, Plain().IsMatch(Name)) switch
    {
        (false, true) => $".{Name}",
        (true, true) => $"?.{Name}",
        (false, false) => _index >= 0 ? $"[{Name}]" : $"[\"{Name}\"]",
        (true, false) => _index >= 0 ? $"?.[{Name}]" : $"?.[\"{Name}\"]",
    };

    [GeneratedRegex("^[1-9][0-9]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Canonical();

    [GeneratedRegex("^[A-Za-z_$][A-Za-z0-9_$]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();
}
