using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using FlowRuns.Connections;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Runs;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;

namespace FlowRuns.Grains.Tests;

/// <summary>Deliveries and webhooks, and the signatures that senders document.</summary>
static class SomeDelivery
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static WebhookDelivery Of(string body = "{}", params (string Name, string Value)[] headers) => new()
    {
        Method = "POST",
        Address = "203.0.113.7",
        Headers = [KeyValuePair.Create("content-type", "application/json"), .. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))],
        Query = "",
        Body = Encoding.UTF8.GetBytes(body),
    };

    public static WebhookAuthentication Signed(WebhookScheme? scheme) => new() { Type = WebhookAuthenticationType.HmacSha256, Connection = "hook", Scheme = scheme };

    public static Webhook Webhook(WebhookAuthentication? authentication = null, string[]? secrets = null, string? idempotencyKey = null, string method = "POST", params string[] allowedIPs) =>
        new(Settings(authentication, idempotencyKey, method, allowedIPs), secrets is null ? null : Connection(new { secrets }));

    public static Connection Connection(object value) => SomeConnection.To("webhook", value);

    public static WebhookSettings Settings(WebhookAuthentication? authentication, string? idempotencyKey = null, string method = "POST", params string[] allowedIPs) => new()
    {
        FlowId = FlowId.New(Now),
        Project = ProjectId.Default,
        FlowName = "Orders",
        FlowVersion = 1,
        Enabled = true,
        Trigger = new TriggerDefinition { Type = TriggerType.Webhook, Name = "Webhook Trigger", Method = method, Authentication = authentication, IdempotencyKey = idempotencyKey },
        AllowedIPs = [.. allowedIPs],
    };

    /// <summary>The delivery with what its sender adds to it at <paramref name="time"/>.</summary>
    public static WebhookDelivery Sign(this WebhookDelivery delivery, WebhookScheme scheme, string secret, DateTimeOffset time)
    {
        var at = time.ToUnixTimeSeconds();
        var body = Encoding.UTF8.GetString(delivery.Body.Span);
        var key = SignatureSchemes.KeyOf(secret, scheme);
        return scheme switch
        {
            WebhookScheme.Github => delivery.With(("x-hub-signature-256", $"sha256={Hex(key, body)}")),
            WebhookScheme.Slack => delivery.With(("x-slack-request-timestamp", $"{at}"), ("x-slack-signature", $"v0={Hex(key, $"v0:{at}:{body}")}")),
            WebhookScheme.Stripe => delivery.With(("stripe-signature", $"t={at},v1={Hex(key, $"{at}.{body}")},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39")),
            WebhookScheme.StandardWebhooks => delivery.With(
                ("webhook-id", "msg_1"), ("webhook-timestamp", $"{at}"), ("webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"msg_1.{at}.{body}")))}")),
            _ => delivery.With(("x-signature", Hex(key, body))),
        };
    }

    public static WebhookDelivery With(this WebhookDelivery delivery, params (string Name, string Value)[] headers) =>
        delivery with { Headers = [.. delivery.Headers.Where(known => headers.All(header => header.Name != known.Key)), .. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))] };

    /// <summary>The run that an accepted delivery asks for, null for a refused one.</summary>
    public static StartRun? Accept(this Webhook webhook, WebhookDelivery delivery, DateTimeOffset? now = null) => webhook.Refuse(delivery, now ?? Now, out var start) is null ? start : null;

    public static string Hex(byte[] key, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
