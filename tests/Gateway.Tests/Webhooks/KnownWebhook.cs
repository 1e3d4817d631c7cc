using FlowRuns.Webhooks;

namespace FlowRuns.Gateway.Tests.Webhooks;

/// <summary>Takes every delivery with the same reply.</summary>
sealed class KnownWebhook(Func<WebhookReply> reply) : IWebhookGrain
{
    public Task<WebhookReply> ReceiveAsync(WebhookDelivery delivery) => Task.FromResult(reply());
}
