using System.Text;

namespace FlowRuns.Storage;

/// <summary>
/// Plain text columns. PostgreSQL refuses U+0000 in them and SQLite's client cuts the text there, and half a surrogate pair, as a message that was cut may end in, is no UTF-8;
/// JSON columns are not concerned, they hold both escaped.
/// </summary>
static class StoredText
{
    public static string? Of(string? text) => WellFormed(text?.Replace('\0', '\uFFFD'));

    static string? WellFormed(string? text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text!)) : text;
}
