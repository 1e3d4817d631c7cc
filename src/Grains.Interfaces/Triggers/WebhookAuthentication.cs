using System.Text.Json.Serialization;
using FlowRuns.Json;

namespace FlowRuns.Triggers;

/// <summary>What a webhook asks of a delivery. Holds no secret: those are in the connection.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.webhook-authentication")]
public sealed record WebhookAuthentication
{
    public static WebhookAuthentication None { get; } = new() { Type = WebhookAuthenticationType.None };

    [Id(0)]
    public required WebhookAuthenticationType Type { get; init; }

    /// <summary>The name of the project's connection of the app <c>webhook</c>; null with <see cref="WebhookAuthenticationType.None"/> only.</summary>
    [Id(1)]
    public string? Connection { get; init; }

    /// <summary>The header's or query parameter's name; null means <c>X-API-Key</c>, <c>token</c> or <c>X-Signature</c>, by the type.</summary>
    [Id(2)]
    public string? Name { get; init; }

    /// <summary>null means <see cref="WebhookScheme.Plain"/>.</summary>
    [Id(3)]
    public WebhookScheme? Scheme { get; init; }

    /// <summary>How far a signed time may be from now, either way, 1 s to 1 h; null means 5 minutes.</summary>
    [Id(4), JsonConverter(typeof(DurationTextConverter))]
    public TimeSpan? Tolerance { get; init; }
}
