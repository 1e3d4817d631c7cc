using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowRuns.Json;

/// <summary>A length of time in a flow definition: a whole number and a unit, <c>250ms</c>, <c>30s</c>, <c>15m</c>, <c>1h</c> or <c>7d</c>.</summary>
public sealed class DurationTextConverter : JsonConverter<TimeSpan>
{
    // Longest unit first, so that a value is written in the largest unit that divides it.
    static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is <= 0 or > 9)
            return false;

        var unit = Array.Find(Units, u => text.AsSpan(digits).SequenceEqual(u.Unit));
        if (unit.Unit is null)
            return false;

        var count = int.Parse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture);
        if (count > TimeSpan.MaxValue / unit.Length)
            return false;
        duration = unit.Length * count;
        return true;
    }

    public static string Format(TimeSpan duration)
    {
        var unit = Array.Find(Units, u => duration.Ticks % u.Length.Ticks == 0 && (duration != TimeSpan.Zero || u.Unit == "s"));
        return unit.Unit is null ? $"{(long)duration.TotalMilliseconds}ms" : $"{duration.Ticks / unit.Length.Ticks}{unit.Unit}";
    }

    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var duration)
            ? duration
            : throw new JsonException("A duration such as 250ms, 30s, 15m, 1h or 7d was expected.");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));
}
