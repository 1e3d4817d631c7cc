using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>Texts by name. The expressions in them are evaluated before the step runs, so all that is left is to make every value a text.</summary>
sealed class TextFormatStep : IStep
{
    public string Type => "text.format";

    public string Description => "Formats texts by name, with expressions in them.";

    public ImmutableArray<string> Connections => [];

    public bool HasEffects => false;

    public JsonData InputSchema { get; } = JsonSchemaText.Of(
        """{ "type": "object", "minProperties": 1, "description": "The texts, by the names under which the output has them. Values that are no texts become texts, null as nothing, objects and arrays as JSON." }""");

    public JsonData OutputSchema { get; } = JsonSchemaText.Of("""{ "type": "object", "additionalProperties": { "type": "string" }, "description": "The texts, by the names of the input." }""");

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var output = JsonOutput.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var text in context.Input.EnumerateObject())
                writer.WriteString(text.Name, TextOf(text.Value));
            writer.WriteEndObject();
        });
        return Task.FromResult<StepOutcome>(new StepOutcome.Succeeded(output));
    }

    // As an expression would be joined into a longer text.
    static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => JsonOutput.Write(value.WriteTo).ToString(),
    };
}
