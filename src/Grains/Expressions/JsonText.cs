using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Expressions;

/// <summary>JSON as JavaScript writes it: nothing escaped that need not be, numbers as they came.</summary>
static class JsonText
{
    public static JsonElement Null { get; } = JsonData.Null.ToElement();

    public static JsonElement String(string text) => new JsonData(Quote(text)).ToElement();

    public static JsonElement Number(int number) => new JsonData(Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture))).ToElement();

    /// <summary>The text of a JSON string.</summary>
    /// <exception cref="InvalidDataException">It spells half a surrogate pair, which JSON allows and Unicode does not.</exception>
    public static string Of(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("the text holds half of a surrogate pair and is not valid Unicode", e);
        }
    }

    public static byte[] Quote(string text) =>
        [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    /// <summary>The value as part of a text: strings as they are, null as nothing, everything else as compact JSON.</summary>
    public static void Append(StringBuilder builder, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                break;
            case JsonValueKind.String:
                builder.Append(Of(value));
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                builder.Append(Compact(value));
                break;
            default:
                builder.Append(value.GetRawText());
                break;
        }
    }

    static string Compact(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonData.MaxDepth }))
            value.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
