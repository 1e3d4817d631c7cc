using System.Text.Json;
using System.Text.Json.Nodes;
using FlowRuns.Gateway.Flows;

namespace FlowRuns.Gateway.Description;

/// <summary>The calls and answers that the description shows, each a file of its own under <c>Examples</c>.</summary>
static class Examples
{
    public static JsonNode Json(string name) => JsonNode.Parse(Find($"{name}.json") ?? throw new InvalidOperationException($"There is no example {name}.json."))!;

    /// <summary>The example as its author wrote it in YAML, else its JSON put into YAML, which is what an answer looks like.</summary>
    public static JsonNode Yaml(string name) =>
        Find($"{name}.yaml") ?? YamlWriter.Write(JsonElement.Parse(Json(name).ToJsonString()));

    static string? Find(string file)
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream($"FlowRuns.Gateway.Description.Examples.{file}");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
