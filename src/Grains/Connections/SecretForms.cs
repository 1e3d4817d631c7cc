using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;

namespace FlowRuns.Connections;

/// <summary>The spellings in which a secret commonly comes back: in JSON text, in URLs and forms, in base64.</summary>
static class SecretForms
{
    // Shorter pieces of base64 turn up in texts by chance.
    const int ShortestPiece = 8;

    public static IEnumerable<string> Of(string secret)
    {
        var spellings = new[]
        {
            secret,
            JavaScriptEncoder.Default.Encode(secret),
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret),
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret).Replace("/", "\\/"),
            Uri.EscapeDataString(secret),
            UrlEncoder.Default.Encode(secret),
            Uri.EscapeDataString(secret).Replace("%20", "+"),
        };
        return spellings.Concat(spellings.Select(LowerCaseHex)).Concat(Base64(Encoding.UTF8.GetBytes(secret)));
    }

    /// <summary><c>%2F</c> as <c>%2f</c> and <c>\u00FC</c> as <c>\u00fc</c>.</summary>
    static string LowerCaseHex(string text)
    {
        var result = text.ToCharArray();
        for (var at = 0; at < result.Length; at++)
        {
            var digits = text[at] == '%' ? 2 : text.AsSpan(at).StartsWith("\\u") ? 4 : 0;
            var first = at + (digits == 4 ? 2 : 1);
            for (var digit = first; digit < Math.Min(first + digits, result.Length); digit++)
                result[digit] = char.ToLowerInvariant(result[digit]);
        }

        return new string(result);
    }

    /// <summary>The secret alone, and the digits that it fixes when it stands at any place of a longer text.</summary>
    static IEnumerable<string> Base64(byte[] secret)
    {
        yield return Convert.ToBase64String(secret).TrimEnd('=');
        yield return Base64Url.EncodeToString(secret);

        for (var shift = 0; shift < 3; shift++)
        {
            byte[] shifted = [.. new byte[shift], .. secret];
            var fixedDigits = shifted.Length * 8 / 6;
            var firstFixed = (shift * 8 + 5) / 6;
            if (fixedDigits - firstFixed < ShortestPiece)
                continue;
            yield return Convert.ToBase64String(shifted)[firstFixed..fixedDigits];
            yield return Base64Url.EncodeToString(shifted)[firstFixed..fixedDigits];
        }
    }
}
