using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowRuns.Json;

/// <summary>ISO-8601 in UTC with <c>Z</c>: whole seconds without a fraction, everything else with exactly three decimals.</summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    // Of 2026-04-21T09:00:00.0000000Z.
    const int Length = 28;
    const int ToSeconds = 19;
    const int ToMilliseconds = 23;

    public static string Format(DateTimeOffset time)
    {
        Span<char> text = stackalloc char[Length];
        return new string(Write(time, text));
    }

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time)
            ? time.ToUniversalTime()
            : throw new JsonException("A time such as 2026-04-21T09:00:00Z was expected.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[Length];
        writer.WriteStringValue(Write(value, text));
    }

    // Cut from the round-trip form, which has a fast path of its own: a format spelled out is interpreted each time.
    static ReadOnlySpan<char> Write(DateTimeOffset time, Span<char> text)
    {
        var utc = time.UtcDateTime;
        utc.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        var length = utc.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMillisecond ? ToSeconds : ToMilliseconds;
        text[length] = 'Z';
        return text[..(length + 1)];
    }
}
