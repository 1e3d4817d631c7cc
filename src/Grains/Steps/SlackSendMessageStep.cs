using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Json;
using FlowRuns.Steps.Slack;

namespace FlowRuns.Steps;

/// <summary>One message to a Slack channel (https://api.slack.com/methods/chat.postMessage).</summary>
/// <remarks>Slack offers apps no key by which it would drop repeats: a message may come twice where a crash or a lost answer is followed by another attempt.</remarks>
sealed class SlackSendMessageStep(SlackApi slack) : IStep
{
    public string Type => "slack.sendMessage";

    public string Description => "Posts a message to a Slack channel.";

    public ImmutableArray<string> Connections => ["slack"];

    public bool HasEffects => true;

    public JsonData InputSchema { get; } = JsonSchemaText.Of("""
        {
          "type": "object",
          "required": ["channel", "text"],
          "additionalProperties": false,
          "properties": {
            "channel": { "type": "string", "minLength": 1, "description": "A channel's name or id, such as #sales." },
            "text": { "type": "string", "minLength": 1, "description": "The message; with blocks, what notifications show of it." },
            "blocks": { "type": "array", "items": { "type": "object" }, "description": "Block Kit blocks." },
            "threadTs": { "type": "string", "minLength": 1, "description": "The messageId of a message to reply to in its thread." }
          }
        }
        """);

    public JsonData OutputSchema { get; } = JsonSchemaText.Of("""
        {
          "type": "object",
          "required": ["messageId", "channel"],
          "properties": {
            "messageId": { "type": "string", "description": "Slack's ts of the message." },
            "channel": { "type": "string", "description": "The channel's id." }
          }
        }
        """);

    public async Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var connection = context.Connection ?? throw new InvalidOperationException("slack.sendMessage needs a connection.");
        var answer = await slack.CallAsync(connection, "chat.postMessage", MessageOf(context.Input), cancellationToken);
        if (answer.Failure is { } failure)
            return failure.Masked(connection);

        return new StepOutcome.Succeeded(JsonOutput.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("messageId", TextOf(answer.Body, "ts"));
            writer.WriteString("channel", TextOf(answer.Body, "channel") ?? TextOf(context.Input, "channel"));
            writer.WriteEndObject();
        }));
    }

    static JsonData MessageOf(JsonElement input) => JsonOutput.Write(writer =>
    {
        writer.WriteStartObject();
        foreach (var member in input.EnumerateObject())
        {
            writer.WritePropertyName(member.Name == "threadTs" ? "thread_ts" : member.Name);
            member.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
    });

    static string? TextOf(JsonElement value, string name) => value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
