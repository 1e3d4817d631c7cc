using System.Globalization;
using System.Text;
using FlowRuns.Triggers;

namespace FlowRuns.Webhooks;

/// <summary>Reads what a sender signed, by the form that it documents.</summary>
/// <remarks>
/// GitHub: "Validating webhook deliveries". Slack: "Verifying requests from Slack". Stripe: "Verify webhook signatures manually".
/// Standard Webhooks: its specification, "Signature scheme", symmetric signatures.
/// </remarks>
static class SignatureSchemes
{
    public const string DefaultHeader = "x-signature";

    const string SecretPrefix = "whsec_";

    /// <summary>null when the delivery does not have the scheme's form.</summary>
    public static SignedContent? Read(WebhookAuthentication settings, WebhookDelivery delivery) => settings.Scheme switch
    {
        WebhookScheme.Github => Body(Hex(After("sha256=", delivery.Header("x-hub-signature-256")))),
        WebhookScheme.Slack => Slack(delivery),
        WebhookScheme.Stripe => Stripe(delivery.Header("stripe-signature")),
        WebhookScheme.StandardWebhooks => StandardWebhooks(delivery),
        _ => Body(HexOrBase64(delivery.Header(settings.Name?.ToLowerInvariant() ?? DefaultHeader))),
    };

    /// <summary>The HMAC key that a secret stands for.</summary>
    /// <remarks>Standard Webhooks' secrets are base64 after <c>whsec_</c>. Stripe's look the same, but are keys as they are written.</remarks>
    public static byte[] KeyOf(string secret, WebhookScheme? scheme)
    {
        if (scheme == WebhookScheme.StandardWebhooks && Base64(secret.StartsWith(SecretPrefix) ? secret[SecretPrefix.Length..] : secret) is { } key)
            return key;
        return Encoding.UTF8.GetBytes(secret);
    }

    static SignedContent? Body(byte[]? signature) => signature is null ? null : new SignedContent("", [signature]);

    static SignedContent? Slack(WebhookDelivery delivery)
    {
        var time = delivery.Header("x-slack-request-timestamp");
        return Hex(After("v0=", delivery.Header("x-slack-signature"))) is { } signature && Time(time) is { } at
            ? new SignedContent($"v0:{time}:", [signature], Time: at)
            : null;
    }

    static SignedContent? Stripe(string? header)
    {
        var parts = (header ?? "").Split(',').Select(part => part.Trim().Split('=', 2)).Where(part => part.Length == 2).ToLookup(part => part[0], part => part[1]);
        var signatures = parts["v1"].Select(Hex).OfType<byte[]>().ToList();
        return parts["t"].ToList() is [var time] && Time(time) is { } at && signatures.Count > 0
            ? new SignedContent($"{time}.", signatures, Time: at)
            : null;
    }

    static SignedContent? StandardWebhooks(WebhookDelivery delivery)
    {
        var time = delivery.Header("webhook-timestamp");
        var signatures = (delivery.Header("webhook-signature") ?? "").Split(' ').Select(part => Signature(Base64(After("v1,", part)))).OfType<byte[]>().ToList();
        return delivery.Header("webhook-id") is { Length: > 0 } id && Time(time) is { } at && signatures.Count > 0
            ? new SignedContent($"{id}.{time}.", signatures, id, at)
            : null;
    }

    /// <summary>Unix seconds, without sign or space.</summary>
    static DateTimeOffset? Time(string? text) =>
        text is { Length: > 0 and <= 11 } && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    static string? After(string prefix, string? text) => text?.StartsWith(prefix) == true ? text[prefix.Length..] : null;

    static byte[]? HexOrBase64(string? text)
    {
        var bare = After("sha256=", text) ?? text;
        return Hex(bare) ?? Signature(Base64(bare));
    }

    static byte[]? Hex(string? text) => text?.Length == SignedContent.SignatureBytes * 2 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;

    static byte[]? Signature(byte[]? bytes) => bytes?.Length == SignedContent.SignatureBytes ? bytes : null;

    static byte[]? Base64(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
