using System.Net.Mime;
using System.Text;
using System.Text.Json;
using FlowRuns.Errors;
using FlowRuns.Json;

namespace FlowRuns.Webhooks;

/// <summary>The body of a delivery as a JSON value, by its media type: JSON as it is, forms as an object, text as text, all else as base64, nothing as null.</summary>
static class DeliveryBody
{
    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="RequestRefusedException">The body is not what its media type says.</exception>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> body, string? contentType)
    {
        var type = contentType is null ? null : MediaTypeOf(contentType);
        if (body.IsEmpty)
            writer.WriteNullValue();
        else if (IsJson(type))
            WriteJson(writer, body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body);
        else if (type?.MediaType == "application/x-www-form-urlencoded")
            FormFields.Parse(TextOf(body, type)).WriteTo(writer);
        else if (IsText(type))
            writer.WriteStringValue(TextOf(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body, type));
        else
            writer.WriteBase64StringValue(body);
    }

    static void WriteJson(Utf8JsonWriter writer, ReadOnlySpan<byte> body)
    {
        StrictJson.Check(body);
        writer.WriteRawValue(body, skipInputValidation: true);
    }

    static string TextOf(ReadOnlySpan<byte> body, ContentType? type)
    {
        try
        {
            var encoding = (Encoding)Encoding.GetEncoding(type?.CharSet ?? "utf-8").Clone();
            encoding.DecoderFallback = DecoderFallback.ExceptionFallback;
            return encoding.GetString(body);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new RequestRefusedException([new FieldError(StrictJson.Root, $"is not text in {type?.CharSet ?? "utf-8"}.")]);
        }
    }

    static bool IsJson(ContentType? type) => type is not null && (type.MediaType == "application/json" || type.MediaType.EndsWith("+json"));

    static bool IsText(ContentType? type) => type is not null && (type.MediaType.StartsWith("text/") || type.MediaType == "application/xml" || type.MediaType.EndsWith("+xml"));

    static ContentType? MediaTypeOf(string text)
    {
        try
        {
            var type = new ContentType(text);
            type.MediaType = type.MediaType.ToLowerInvariant();
            return type;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
