using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlowRuns.Gateway.Flows;

/// <summary>Writes a JSON object as YAML in block style, so that <see cref="YamlSource"/> reads the same value back.</summary>
static partial class YamlWriter
{
    // YAML looks at no more than 1024 characters for the colon after a key.
    const int MaxPlainKey = 120;

    static readonly SearchValues<char> Unprinted = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Concat(Enumerable.Range(0x7f, 0x22)).Select(c => (char)c), '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff']);

    static readonly JsonSerializerOptions Escaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JsonElement root)
    {
        var text = new StringBuilder();
        Mapping(text, root, 0);
        return text.ToString();
    }

    static void Mapping(StringBuilder text, JsonElement mapping, int indent)
    {
        var first = true;
        foreach (var member in mapping.EnumerateObject())
        {
            if (!first)
                text.Append(' ', indent);
            first = false;
            Key(text, member.Name, indent);
            Value(text, member.Value, indent);
        }
    }

    static void Sequence(StringBuilder text, JsonElement sequence, int indent)
    {
        var first = true;
        foreach (var item in sequence.EnumerateArray())
        {
            if (!first)
                text.Append(' ', indent);
            first = false;
            text.Append('-');
            if (IsBlock(item))
                Block(text.Append(' '), item, indent + 2);
            else
                Value(text, item, indent);
        }
    }

    static void Block(StringBuilder text, JsonElement value, int indent)
    {
        if (value.ValueKind == JsonValueKind.Object)
            Mapping(text, value, indent);
        else
            Sequence(text, value, indent);
    }

    static bool IsBlock(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.GetPropertyCount() > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    static void Key(StringBuilder text, string name, int indent)
    {
        var key = Flow(name);
        if (key.Length > MaxPlainKey)
            text.Append("? ").Append(key).Append('\n').Append(' ', indent);
        else
            text.Append(key);
        text.Append(':');
    }

    static void Value(StringBuilder text, JsonElement value, int indent)
    {
        if (IsBlock(value))
        {
            Block(text.Append('\n').Append(' ', indent + 2), value, indent + 2);
            return;
        }

        text.Append(' ');
        if (value.ValueKind == JsonValueKind.String)
            Text(text, value.GetString()!, indent + 2);
        else
            text.Append(value.GetRawText().Trim()).Append('\n');
    }

    static void Text(StringBuilder text, string value, int indent)
    {
        if (!FitsLiteral(value))
        {
            text.Append(Flow(value)).Append('\n');
            return;
        }

        var ends = value[^1] == '\n';
        text.Append(ends ? "|\n" : "|-\n");
        foreach (var line in (ends ? value[..^1] : value).Split('\n'))
        {
            if (line.Length > 0)
                text.Append(' ', indent).Append(line);
            text.Append('\n');
        }
    }

    /// <summary>Several lines that a literal block shows as they are: it begins with a printed character, has no line of spaces only, and ends in at most one line break.</summary>
    static bool FitsLiteral(string value) =>
        value.Contains('\n')
        && value[0] is not (' ' or '\n')
        && !value.EndsWith("\n\n")
        && value.All(c => c == '\n' || !Unprinted.Contains(c))
        && value.Split('\n').All(line => line.Length == 0 || line.AsSpan().ContainsAnyExcept(' '));

    /// <summary>The text on one line: plain where every reader, old ones too, takes it for text, else in quotes.</summary>
    static string Flow(string value)
    {
        if (FitsPlain(value) && !OtherTypePattern.IsMatch(value))
            return value;
        if (!value.AsSpan().ContainsAny(Unprinted) && value.AsSpan().ContainsAny('"', '\\'))
            return $"'{value.Replace("'", "''")}'";
        return Quoted(value);
    }

    static bool FitsPlain(string value)
    {
        if (value.Length == 0 || value[^1] is ' ' or ':' || !(char.IsLetterOrDigit(value[0]) || value[0] is '_' or '/' or '(' or '$' or '+'))
            return false;

        // A star after a space is plain text, but YamlDotNet takes it for an alias in a key.
        return !value.AsSpan().ContainsAny(Unprinted) && !value.Contains(": ") && !value.Contains(" #") && !value.Contains(" *");
    }

    // JSON's escapes are YAML's too; what YAML takes for a line break or does not print is escaped besides.
    static string Quoted(string value)
    {
        var text = new StringBuilder();
        foreach (var c in JsonSerializer.Serialize(value, Escaped))
            _ = Unprinted.Contains(c) ? text.Append($"\\u{(int)c:x4}") : text.Append(c);
        return text.ToString();
    }

    // Also what YAML 1.1 reads as a flag, a time of day, a date or a number in other notations.
    [GeneratedRegex(@"^(?:[-+.0-9][-+0-9._:,TtZzeE */]*|0[xob].*|~|null|true|false|yes|no|on|off|y|n|[-+]?\.(?:inf|nan))\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex OtherTypePattern { get; }
}
