using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>Where a sender puts its HMAC-SHA256 signature, and what it signs besides the body.</summary>
[JsonConverter(typeof(UpperSnakeCaseConverter<WebhookScheme>))]
public enum WebhookScheme
{
    /// <summary>The body alone, in hex or base64, with or without <c>sha256=</c>, in a header of any name.</summary>
    Plain,
    Github,
    Slack,
    Stripe,
    StandardWebhooks,
}
