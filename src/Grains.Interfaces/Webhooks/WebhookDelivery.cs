using System.Collections.Immutable;

namespace FlowRuns.Webhooks;

/// <summary>A request to a webhook as it came in. What it says about its sender is not checked yet.</summary>
[GenerateSerializer, Immutable, Alias("flowruns.webhook-delivery")]
public sealed record WebhookDelivery
{
    [Id(0)]
    public required string Method { get; init; }

    /// <summary>The sender's IP address.</summary>
    [Id(1)]
    public required string Address { get; init; }

    /// <summary>Lower-case names and their values; a name may come several times.</summary>
    [Id(2)]
    public required ImmutableArray<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>With its <c>?</c>, as it was sent; empty when there is none.</summary>
    [Id(3)]
    public required string Query { get; init; }

    /// <summary>Every byte as it was sent: signatures are over these.</summary>
    [Id(4)]
    public required ReadOnlyMemory<byte> Body { get; init; }

    [Id(5)]
    public string? TraceParent { get; init; }

    /// <summary>The header's value; null when it is missing, and when it came several times: then it is not clear which one counts.</summary>
    public string? Header(string name)
    {
        string? value = null;
        foreach (var header in Headers)
        {
            if (header.Key != name)
                continue;
            if (value is not null)
                return null;
            value = header.Value;
        }

        return value;
    }
}
