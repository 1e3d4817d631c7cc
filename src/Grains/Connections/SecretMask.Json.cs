using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Connections;

sealed partial class SecretMask
{
    static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonData.MaxDepth };

    /// <summary>The value with secrets masked in its texts and in the names of its members; a number that is a secret as a whole becomes a text.</summary>
    public JsonData Apply(JsonData json)
    {
        if (_needles.IsEmpty || !HoldsSecret(json))
            return json;

        var buffer = new ArrayBufferWriter<byte>(json.Utf8.Length);
        using (var writer = new Utf8JsonWriter(buffer, Written))
            Write(json.ToElement(), writer);
        return new JsonData(buffer.WrittenMemory);
    }

    bool HoldsSecret(JsonData json)
    {
        var reader = new Utf8JsonReader(json.Utf8.Span, new JsonReaderOptions { MaxDepth = JsonData.MaxDepth });
        var buffer = ArrayPool<char>.Shared.Rent(json.Utf8.Length);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && HoldsSecret(buffer.AsSpan(0, reader.CopyString(buffer))))
                    return true;
                if (reader.TokenType == JsonTokenType.Number && IsSecret(reader.ValueSpan))
                    return true;
            }

            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer, clearArray: true);
        }
    }

    bool IsSecret(ReadOnlySpan<byte> number)
    {
        Span<char> text = stackalloc char[Math.Min(number.Length, 128)];
        return System.Text.Encoding.ASCII.TryGetChars(number, text, out var length) && text[..length].IndexOfAny(_search) == 0 && _needles.Contains(text[..length].ToString());
    }

    void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var names = new HashSet<string>();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(MaskName(member.Name, names));
                    Write(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(item, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Apply(element.GetString()!));
                break;
            case JsonValueKind.Number when _needles.Contains(element.GetRawText()):
                writer.WriteStringValue(Mark);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    // Two secret names would both become the mark, and readers refuse objects that name a member twice.
    string MaskName(string name, HashSet<string> names)
    {
        var masked = Apply(name);
        var unique = masked;
        for (var number = 2; !names.Add(unique) && masked != name; number++)
            unique = $"{masked}{number}";
        return unique;
    }
}
