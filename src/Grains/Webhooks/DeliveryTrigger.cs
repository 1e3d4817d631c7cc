using System.Collections.Frozen;
using System.Text.Json;
using FlowRuns.Json;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Webhooks;

/// <summary>What expressions see of a delivery: <c>{ method, headers, query, body }</c>, without what would let a reader send another one.</summary>
static class DeliveryTrigger
{
    static readonly FrozenSet<string> Credentials = FrozenSet.ToFrozenSet(
    [
        "authorization", "cookie", "proxy-authorization", DeliveryCheck.DefaultKeyHeader, SignatureSchemes.DefaultHeader,
        "x-hub-signature", "x-hub-signature-256", "x-slack-signature", "stripe-signature", "webhook-signature",
    ]);

    public static JsonData Output(WebhookDelivery delivery, WebhookAuthentication authentication) => JsonOutput.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("method", delivery.Method);
        writer.WritePropertyName("headers");
        WriteHeaders(writer, delivery, authentication);
        writer.WritePropertyName("query");
        QueryOf(delivery, authentication).WriteTo(writer);
        writer.WritePropertyName("body");
        DeliveryBody.Write(writer, delivery.Body.Span, delivery.Header("content-type"));
        writer.WriteEndObject();
    });

    /// <summary>The query without the parameter that holds the secret.</summary>
    public static FormFields QueryOf(WebhookDelivery delivery, WebhookAuthentication authentication)
    {
        var secret = authentication.Type == WebhookAuthenticationType.Query ? authentication.Name ?? DeliveryCheck.DefaultParameter : null;
        return FormFields.Parse(delivery.Query.TrimStart('?')).Without(secret);
    }

    static void WriteHeaders(Utf8JsonWriter writer, WebhookDelivery delivery, WebhookAuthentication authentication)
    {
        var secret = authentication.Type == WebhookAuthenticationType.Query ? null : authentication.Name?.ToLowerInvariant();
        writer.WriteStartObject();
        foreach (var header in delivery.Headers.GroupBy(header => header.Key, header => header.Value))
        {
            if (header.Key != secret && !Credentials.Contains(header.Key))
                writer.WriteString(header.Key, string.Join(", ", header));
        }

        writer.WriteEndObject();
    }
}
