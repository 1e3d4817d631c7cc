using System.Collections.Immutable;
using System.Text.Json.Serialization;
using FlowRuns.Flows;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;

namespace FlowRuns.Gateway.Webhooks;

/// <summary>A flow's webhook as the API shows it.</summary>
sealed record WebhookDocument
{
    public required FlowId FlowId { get; init; }

    public required string WebhookUrl { get; init; }

    public required string Method { get; init; }

    public required bool Enabled { get; init; }

    public required WebhookAuthenticationType Authentication { get; init; }

    [JsonPropertyName("allowedIPs")]
    public required ImmutableArray<string> AllowedIPs { get; init; }

    public static WebhookDocument Of(WebhookSettings webhook, HttpRequest request) => new()
    {
        FlowId = webhook.FlowId,
        WebhookUrl = $"{request.Scheme}://{request.Host}/api/v1/webhooks/{webhook.FlowId}",
        Method = webhook.Trigger.Method ?? "POST",
        Enabled = webhook.Enabled,
        Authentication = webhook.Trigger.Authentication?.Type ?? WebhookAuthenticationType.None,
        AllowedIPs = webhook.AllowedIPs,
    };
}
