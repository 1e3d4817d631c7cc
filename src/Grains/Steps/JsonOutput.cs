using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>What a step writes as its output.</summary>
static class JsonOutput
{
    // Outputs go into a database and through JSON writers, never into a page as they are, so letters outside ASCII stay readable.
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonData.MaxDepth };

    public static JsonData Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
            write(writer);
        return new JsonData(buffer.WrittenMemory);
    }
}
