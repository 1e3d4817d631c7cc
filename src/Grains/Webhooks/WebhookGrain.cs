using FlowRuns.Connections;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Projects;
using FlowRuns.Triggers;
using Orleans.Concurrency;

namespace FlowRuns.Webhooks;

/// <remarks>Reentrant: deliveries share one reading of the settings, which is all that it keeps.</remarks>
[GrainType("webhook"), StatelessWorker, Reentrant]
sealed class WebhookGrain(SecretBox secrets, TimeProvider clock) : Grain, IWebhookGrain
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);
    static readonly WebhookReply NotFound = new() { Verdict = WebhookVerdict.NotFound };

    Task<(WebhookSettings Settings, Webhook Webhook)?>? _reading;
    long _readAt;

    IFlowGrain Flow => GrainFactory.GetGrain<IFlowGrain>(this.GetPrimaryKeyString());

    public async Task<WebhookReply> ReceiveAsync(WebhookDelivery delivery)
    {
        if (await CurrentAsync() is not var (settings, webhook))
            return NotFound;
        if (webhook.Refuse(delivery, clock.GetUtcNow(), out var start) is { } refusal)
            return refusal;

        try
        {
            var waits = settings.Trigger.Response == WebhookResponse.WhenFinished;
            return new WebhookReply
            {
                Verdict = WebhookVerdict.Accepted,
                Run = await Flow.StartRunAsync(settings.Project, start!),
                Project = settings.Project,
                Wait = waits ? settings.Trigger.ResponseTimeout ?? DefaultWait : null,
            };
        }
        catch (RequestRefusedException e) when (e.Reason == RefusalReason.NotFound)
        {
            // Disabled or deleted since the settings were read.
            return NotFound;
        }
    }

    Task<(WebhookSettings Settings, Webhook Webhook)?> CurrentAsync()
    {
        if (_reading is null || clock.GetElapsedTime(_readAt) >= Freshness)
        {
            _readAt = clock.GetTimestamp();
            _reading = ReadAsync();
        }

        return _reading;
    }

    async Task<(WebhookSettings Settings, Webhook Webhook)?> ReadAsync()
    {
        if (await Flow.FindWebhookAsync() is not { } settings)
        {
            // Guesses must not fill the memory.
            DeactivateOnIdle();
            return null;
        }

        var name = settings.Trigger.Authentication?.Connection;
        var connection = name is null ? null : await GrainFactory.GetGrain<IProjectGrain>(settings.Project.ToString()).FindConnectionAsync(name);
        return (settings, new Webhook(settings, connection is null ? null : Connection.Open(connection, settings.Project, secrets)));
    }
}
