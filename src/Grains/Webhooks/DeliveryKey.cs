using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FlowRuns.Errors;
using FlowRuns.Expressions;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Triggers;

namespace FlowRuns.Webhooks;

/// <summary>What tells that a delivery came before: a name for it, and a hash of what it asked for.</summary>
static class DeliveryKey
{
    // Deliveries must not use up the keys of runs that are started by hand.
    const string Prefix = "webhook:";
    const int MaxLength = 255;

    static readonly string[] Headers = ["idempotency-key", "webhook-id", "x-github-delivery"];

    /// <summary>In a step's input, where templates are at home, for a key: <c>{ "key": "{{ ... }}" }</c>.</summary>
    public static Template Template(string text) => Expressions.Template.Parse(new JsonData(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["key"] = text })));

    /// <summary>The flow's expression, else what the sender signed, else what its headers say; null when nothing names the delivery.</summary>
    /// <remarks>Where a sender signs the time, headers that are not signed do not count: with a new one in each copy, a recorded delivery would run again and again.</remarks>
    public static string? Of(WebhookDelivery delivery, WebhookSettings settings, Trigger trigger, string? replayKey, DateTimeOffset now)
    {
        if (settings.Trigger.IdempotencyKey is { } text)
            return Prefix + Shortened(Evaluate(text, settings, trigger, now));
        if (replayKey is not null)
            return Prefix + Shortened(replayKey);

        foreach (var name in Headers)
        {
            if (delivery.Headers.All(header => header.Key != name))
                continue;
            return delivery.Header(name) is { Length: > 0 and <= MaxLength } key && key.All(c => c is > ' ' and < '\x7f')
                ? Prefix + key
                : throw Refused(name, $"must be given once, as 1 to {MaxLength} visible ASCII characters.");
        }

        return null;
    }

    /// <summary>SHA-256 of method, query and body, in hex.</summary>
    public static string HashOf(WebhookDelivery delivery, WebhookAuthentication authentication)
    {
        using var query = new MemoryStream();
        using (var writer = new Utf8JsonWriter(query))
            DeliveryTrigger.QueryOf(delivery, authentication).WriteTo(writer);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{delivery.Method}\n"));
        hash.AppendData(query.GetBuffer().AsSpan(0, (int)query.Length));
        hash.AppendData("\n"u8);
        hash.AppendData(delivery.Body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static string Evaluate(string text, WebhookSettings settings, Trigger trigger, DateTimeOffset now)
    {
        var scope = new ExpressionScope(RunId.FirstAt(now), settings.FlowId, settings.FlowName, settings.FlowVersion, trigger);
        try
        {
            var key = Template(text).Render(scope, CancellationToken.None).GetProperty("key");
            if (key.ValueKind is JsonValueKind.String or JsonValueKind.Number && key.ToString() is { Length: > 0 } name)
                return name;
        }
        catch (ExpressionException)
        {
            // What the flow expects inside of a delivery is not its sender's business.
        }

        throw Refused(StrictJson.Root, "has nothing that names this delivery where the flow expects it.");
    }

    static string Shortened(string key) => key.Length <= MaxLength && key.All(c => c is > ' ' and < '\x7f') ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    static RequestRefusedException Refused(string field, string message) => new([new FieldError(field, message)]);
}
