using System.Globalization;
using System.Text.RegularExpressions;

namespace FlowRuns.Gateway.Flows;

/// <summary>What a plain scalar means in the core schema of YAML 1.2 (section 10.3): <see cref="Json"/> is its JSON, or null when it is text.</summary>
/// <remarks><c>yes</c>, <c>on</c> and <c>12:30</c> are text, <c>0o17</c> is octal, and <c>0123</c> is the decimal number 123.</remarks>
readonly partial record struct YamlScalar(string? Json, string? Fault)
{
    static YamlScalar Text => default;

    public static YamlScalar Of(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => new("null", null),
        "true" or "True" or "TRUE" => new("true", null),
        "false" or "False" or "FALSE" => new("false", null),
        _ when char.IsAsciiLetter(plain[0]) => Text,
        _ => Number(plain),
    };

    /// <summary>What a scalar means that is tagged as <c>null</c>, <c>bool</c>, <c>int</c> or <c>float</c>, whether quoted or not.</summary>
    public static YamlScalar Of(string text, string tag)
    {
        var scalar = Of(text);
        var fits = scalar.Json switch
        {
            null => false,
            "null" => tag == "null",
            "true" or "false" => tag == "bool",
            var number => tag == "float" || (tag == "int" && !number.AsSpan().ContainsAny('.', 'e', 'E')),
        };
        return fits ? scalar : new(null, $"{Excerpt.Of(text)} does not fit its tag {tag}; leave the tag out.");
    }

    static YamlScalar Number(string plain)
    {
        var match = DecimalPattern.Match(plain);
        if (match.Success)
            return new(Decimal(match), null);
        if (OctalPattern.IsMatch(plain))
            return Bits(plain, plain.AsSpan(2).TrimStart('0').Length <= 21, digits => Convert.ToUInt64(digits, 8));
        if (HexadecimalPattern.IsMatch(plain))
            return Bits(plain, plain.AsSpan(2).TrimStart('0').Length <= 16, digits => Convert.ToUInt64(digits, 16));
        return NoJsonPattern.IsMatch(plain) ? new(null, $"{plain} has no place in JSON; give a number, or put it in quotes.") : Text;
    }

    static string Decimal(Match match)
    {
        var whole = match.Groups["whole"].Value.TrimStart('0');
        var fraction = match.Groups["fraction"].Value;
        return string.Concat(
            match.Groups["minus"].Value,
            whole.Length == 0 ? "0" : whole,
            fraction.Length == 0 ? "" : "." + fraction,
            match.Groups["exponent"].Value);
    }

    static YamlScalar Bits(string plain, bool fits, Func<string, ulong> convert) =>
        fits
            ? new(convert(plain[2..]).ToString(CultureInfo.InvariantCulture), null)
            : new(null, $"{Excerpt.Of(plain)} does not fit into 64 bits; put it in quotes to make it text.");

    [GeneratedRegex(@"^(?:(?<minus>-)|\+)?(?:(?<whole>[0-9]+)(?:\.(?<fraction>[0-9]*))?|\.(?<fraction>[0-9]+))(?<exponent>[eE][-+]?[0-9]+)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex DecimalPattern { get; }

    [GeneratedRegex(@"^0o[0-7]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    static partial Regex OctalPattern { get; }

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    static partial Regex HexadecimalPattern { get; }

    [GeneratedRegex(@"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex NoJsonPattern { get; }
}
