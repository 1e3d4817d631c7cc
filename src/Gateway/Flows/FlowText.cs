using System.Text.Encodings.Web;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Gateway.Flows;

/// <summary>Writes what the flow endpoints answer, in JSON and in YAML, with the same fields in the same order.</summary>
static class FlowText
{
    // The encoder by default escapes quotes, angle brackets and umlauts, which matters inside HTML only and hides queries from readers.
    static readonly FlowJsonContext Context =
        new(new JsonSerializerOptions(FlowJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static byte[] Json<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, Context.GetTypeInfo(typeof(T))!);

    public static string Yaml<T>(T document) => YamlWriter.Write(new JsonData(Json(document)).ToElement());
}
