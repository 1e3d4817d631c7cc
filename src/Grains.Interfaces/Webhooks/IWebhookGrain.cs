namespace FlowRuns.Webhooks;

/// <summary>Receives the deliveries of one flow's webhook. Keyed by the flow's id; stateless: any silo's workers answer.</summary>
/// <remarks>
/// Checks a delivery before the flow hears of it, so that a flood of forged ones costs the flow nothing. It knows the flow's settings
/// and secrets for at most a second, so a change acts within a second; disabling and deleting act at once.
/// </remarks>
[Alias("flowruns.IWebhookGrain")]
public interface IWebhookGrain : IGrainWithStringKey
{
    /// <summary>Checks the delivery and starts its run; returns once the run is durable. A repeat of a delivery returns the first run.</summary>
    /// <remarks>
    /// Refuses with <see cref="Errors.RefusalReason.Invalid"/> when the content of an authentic delivery cannot be read, with <see cref="Errors.RefusalReason.Conflict"/>
    /// when its idempotency key was another delivery's, and with <see cref="Errors.RefusalReason.Unavailable"/> when it cannot be checked or stored now: the sender should try again.
    /// </remarks>
    [Alias("receive")]
    Task<WebhookReply> ReceiveAsync(WebhookDelivery delivery);
}
