using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql.PostgresTypes;

namespace FlowRuns.Steps.Sql;

/// <summary>A column in PostgreSQL's text form, written as JSON. The text form is exact for every type, those that Npgsql cannot read included.</summary>
static class PostgresValue
{
    public static void Write(Utf8JsonWriter writer, PostgresType type, ReadOnlySpan<byte> text)
    {
        switch (type)
        {
            case PostgresArrayType array:
                new PostgresArray(Encoding.UTF8.GetString(text), array.Element).Write(writer);
                break;
            case PostgresDomainType domain:
                Write(writer, domain.BaseType, text);
                break;
            default:
                WriteBase(writer, type.InternalName, text);
                break;
        }
    }

    static void WriteBase(Utf8JsonWriter writer, string type, ReadOnlySpan<byte> text)
    {
        switch (type)
        {
            // Not NaN and Infinity, which JSON has no numbers for.
            case "int2" or "int4" or "int8" or "oid" or "numeric" or "float4" or "float8" when char.IsAsciiDigit((char)text[^1]):
                writer.WriteRawValue(text);
                break;
            case "bool":
                writer.WriteBooleanValue(text is [(byte)'t']);
                break;
            case "json" or "jsonb" when ForeignJson.IsKeepable(text):
                writer.WriteRawValue(text, skipInputValidation: true);
                break;
            case "bytea" when text.StartsWith("\\x"u8):
                writer.WriteBase64StringValue(Convert.FromHexString(text[2..]));
                break;
            case "timestamp":
                writer.WriteStringValue(Encoding.ASCII.GetString(text).Replace(' ', 'T'));
                break;
            case "timestamptz":
                writer.WriteStringValue(Utc(Encoding.ASCII.GetString(text)));
                break;
            default:
                writer.WriteStringValue(text);
                break;
        }
    }

    /// <summary><c>2026-04-21 11:00:00.5+02</c> as <c>2026-04-21T09:00:00.5Z</c>. Times that .NET has no type for, such as infinity and years before Christ, stay as they are.</summary>
    static string Utc(string text)
    {
        var sign = text.LastIndexOfAny(['+', '-']);
        if (sign < "yyyy-MM-dd ".Length || !DateTime.TryParseExact(text.AsSpan(0, sign), "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return text;

        var parts = text[(sign + 1)..].Split(':').Select(int.Parse).Concat([0, 0]).Take(3).ToArray();
        var offset = new TimeSpan(parts[0], parts[1], parts[2]);
        var ticks = local.Ticks - (text[sign] == '-' ? -offset.Ticks : offset.Ticks);
        return ticks is >= 0 and <= 3155378975999999999 ? new DateTime(ticks).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture) : text;
    }
}
