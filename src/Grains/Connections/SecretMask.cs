using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace FlowRuns.Connections;

/// <summary>Replaces the secrets of connections, in the spellings of <see cref="SecretForms"/>, by <c>***REDACTED***</c>.</summary>
/// <remarks>Values shorter than <see cref="ShortestSecret"/> characters stay: masking them would shred texts and hide little. So do those that are a piece of the mark. <see cref="ConnectionRules"/> refuses such tokens and passwords.</remarks>
sealed partial class SecretMask
{
    public const int ShortestSecret = 4;
    const string Mark = "***REDACTED***";

    readonly ImmutableArray<string> _needles;
    readonly SearchValues<string> _search;

    SecretMask(IEnumerable<string> secrets)
    {
        _needles =
        [
            .. secrets.Where(secret => secret.Length >= ShortestSecret)
                .SelectMany(SecretForms.Of)
                .Where(needle => !Mark.Contains(needle))
                .Distinct()
                .OrderByDescending(needle => needle.Length),
        ];
        _search = SearchValues.Create(_needles.AsSpan(), StringComparison.Ordinal);
    }

    public static SecretMask None { get; } = new([]);

    public static SecretMask Of(IEnumerable<Connection> connections)
    {
        var mask = new SecretMask(connections.SelectMany(ConnectionSecrets.Of));
        return mask._needles.IsEmpty ? None : mask;
    }

    public string Apply(string text)
    {
        if (_needles.IsEmpty || !HoldsSecret(text))
            return text;

        // The mark may complete a secret that begins or ends with stars, so look again. Where that goes on, nothing of the text is worth keeping.
        var masked = Replace(Replace(text));
        return HoldsSecret(masked) ? Mark : masked;
    }

    /// <summary>The same for a text that was cut off; what may be the beginning of a secret at its end is left out.</summary>
    public string ApplyToStart(string text)
    {
        var end = text.Length;
        for (var at = end - 1; at >= 0; at--)
        {
            if (_needles.Any(needle => needle.Length > end - at && needle.AsSpan().StartsWith(text.AsSpan(at, end - at))))
                end = at;
        }

        return Apply(text[..end]);
    }

    bool HoldsSecret(ReadOnlySpan<char> text) => text.ContainsAny(_search);

    string Replace(string text)
    {
        var result = new StringBuilder(text.Length);
        var from = 0;
        while (text.AsSpan(from).IndexOfAny(_search) is var found and >= 0)
        {
            var start = from + found;
            result.Append(text, from, found).Append(Mark);
            from = EndOfOverlapping(text, start);
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>The end of the secrets that begin at <paramref name="start"/> or inside one that does: none leaves its tail behind.</summary>
    int EndOfOverlapping(string text, int start)
    {
        var end = start + 1;
        for (var at = start; at < end; at++)
        {
            foreach (var needle in _needles)
            {
                if (at + needle.Length > end && text.AsSpan(at).StartsWith(needle))
                    end = at + needle.Length;
            }
        }

        return end;
    }
}
