using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using FlowRuns.Triggers;

namespace FlowRuns.Webhooks;

/// <summary>Tells whether a delivery is authentic. Comparisons with secrets take the same time whatever was sent.</summary>
/// <param name="secrets">The connection's; any of them will do, so that they can be rotated. For Basic: <c>user:password</c>.</param>
sealed class DeliveryCheck(WebhookAuthentication settings, ImmutableArray<string> secrets)
{
    public const string DefaultKeyHeader = "x-api-key";
    public const string DefaultParameter = "token";

    static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    readonly ImmutableArray<byte[]> _keys = [.. secrets.Select(secret => SignatureSchemes.KeyOf(secret, settings.Scheme))];

    /// <param name="replayKey">What names the delivery where its sender signs when it was sent: such a key cannot be changed by whoever sends it again. null elsewhere.</param>
    public bool Accepts(WebhookDelivery delivery, DateTimeOffset now, out string? replayKey)
    {
        replayKey = null;
        switch (settings.Type)
        {
            case WebhookAuthenticationType.None:
                return true;
            case WebhookAuthenticationType.Basic:
                return IsSecret(BasicOf(delivery.Header("authorization")));
            case WebhookAuthenticationType.Header:
                return IsSecret(delivery.Header(settings.Name?.ToLowerInvariant() ?? DefaultKeyHeader));
            case WebhookAuthenticationType.Query:
                return FormFields.Parse(delivery.Query.TrimStart('?')).Values(settings.Name ?? DefaultParameter) is [var value] && IsSecret(value);
            default:
                return IsSigned(delivery, now, out replayKey);
        }
    }

    bool IsSigned(WebhookDelivery delivery, DateTimeOffset now, out string? replayKey)
    {
        replayKey = null;
        if (SignatureSchemes.Read(settings, delivery) is not { } content
            || !content.IsFresh(now, settings.Tolerance ?? DefaultTolerance)
            || !content.IsSignedBy(_keys, delivery.Body.Span))
        {
            return false;
        }

        if (content.Time is not null)
            replayKey = content.Id ?? content.Fingerprint(delivery.Body.Span);
        return true;
    }

    /// <summary>Compares hashes: not even the length of a secret shows in the time.</summary>
    bool IsSecret(string? given)
    {
        if (given is null)
            return false;

        var hash = Hash(given);
        var fits = false;
        foreach (var secret in secrets)
            fits |= CryptographicOperations.FixedTimeEquals(hash, Hash(secret));
        return fits;
    }

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    static string? BasicOf(string? header)
    {
        const string Scheme = "Basic ";
        if (header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
            return null;
        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
