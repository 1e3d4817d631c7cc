using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Gateway.Flows;

/// <summary>Writes what the flow endpoints answer, in JSON and in YAML, with the same fields in the same order.</summary>
static class FlowText
{
    public static byte[] Json<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, ApiJson.TypeInfo<T>());

    public static string Yaml<T>(T document) => YamlWriter.Write(new JsonData(Json(document)).ToElement());
}
