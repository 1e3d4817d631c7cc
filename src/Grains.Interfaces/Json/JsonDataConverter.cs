using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowRuns.Json;

/// <summary>Writes the value in place, as JSON and not as a string.</summary>
public sealed class JsonDataConverter : JsonConverter<JsonData>
{
    public override bool HandleNull => true;

    public override JsonData Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonData.Of(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, JsonData value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
}
