using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowRuns.Json;

/// <summary>Any JSON value as its UTF-8 text. DOM types have no Orleans codec, and most of this data is only passed on.</summary>
/// <remarks>Holds valid JSON: make it from a checked document, never from raw input. <c>default</c> reads as <c>null</c>.</remarks>
[GenerateSerializer, Immutable, Alias("flowruns.json-data")]
[JsonConverter(typeof(JsonDataConverter))]
public readonly struct JsonData(ReadOnlyMemory<byte> utf8) : IEquatable<JsonData>
{
    /// <summary>How deeply stored values may nest: what the API lets in, and the levels that steps wrap around it.</summary>
    public const int MaxDepth = 256;

    [Id(0)]
    readonly ReadOnlyMemory<byte> _utf8 = utf8;

    static readonly byte[] NullText = [.. "null"u8];

    public static JsonData Null => default;

    public static JsonData EmptyObject { get; } = new("{}"u8.ToArray());

    public ReadOnlyMemory<byte> Utf8 => _utf8.IsEmpty ? NullText : _utf8;

    public bool IsNull => Utf8.Span.SequenceEqual(NullText);

    /// <summary>The element's compact text. As deep as the element is, and letters of any script as they are: escaped they would take six bytes each.</summary>
    public static JsonData Of(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            element.WriteTo(writer);
        return new JsonData(buffer.WrittenSpan.ToArray());
    }

    /// <summary>The value as a DOM that owns its memory.</summary>
    public JsonElement ToElement()
    {
        var reader = new Utf8JsonReader(Utf8.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }

    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);

    public bool Equals(JsonData other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    public override bool Equals(object? obj) => obj is JsonData other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    public static bool operator ==(JsonData left, JsonData right) => left.Equals(right);

    public static bool operator !=(JsonData left, JsonData right) => !left.Equals(right);
}
