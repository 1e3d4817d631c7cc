using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace FlowRuns.Gateway.Webhooks;

sealed record WebhookSecurityRequest
{
    /// <summary>Addresses and networks such as <c>203.0.113.0/24</c>; none lets every address in.</summary>
    [JsonPropertyName("allowedIPs")]
    public ImmutableArray<string?>? AllowedIPs { get; init; }

    public ImmutableArray<string> ToAllowedIPs()
    {
        var errors = new FieldErrors();
        if (AllowedIPs is null)
            errors.Add("allowedIPs", "is required: a list of addresses and networks; an empty one lets every address in.");
        errors.ThrowIfAny();
        return [.. AllowedIPs!.Value.Select(text => text ?? "")];
    }
}
