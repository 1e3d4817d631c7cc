using System.Collections.Immutable;
using FlowRuns.Connections;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Triggers;

namespace FlowRuns.Webhooks;

/// <summary>A webhook with its secrets in the clear: decides what becomes of a delivery.</summary>
/// <remarks>Pure: no clock, no grains.</remarks>
sealed class Webhook
{
    const string AnyMethod = "ANY";

    static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    readonly WebhookAuthentication _authentication;
    readonly AllowedNetworks _networks;
    readonly DeliveryCheck? _check;
    readonly SecretMask _mask;

    /// <param name="connection">The one that the authentication names; null when it names none, or when there is none of that name. One that is no longer of the app <c>webhook</c> has nothing to check deliveries with.</param>
    public Webhook(WebhookSettings settings, Connection? connection)
    {
        Settings = settings;
        _authentication = settings.Trigger.Authentication ?? WebhookAuthentication.None;
        _networks = AllowedNetworks.Parse(settings.AllowedIPs);
        _mask = connection?.Mask ?? SecretMask.None;

        var secrets = connection is { App: WebhookValidation.App } ? SecretsOf(connection, _authentication.Type) : [];
        if (_authentication.Type == WebhookAuthenticationType.None || !secrets.IsEmpty)
            _check = new DeliveryCheck(_authentication, secrets);
    }

    public WebhookSettings Settings { get; }

    /// <summary>How long an answer waits for the run's result; null when it does not.</summary>
    public TimeSpan? Wait => Settings.Trigger.Response == WebhookResponse.WhenFinished ? Settings.Trigger.ResponseTimeout ?? DefaultWait : null;

    /// <summary>What keeps the delivery out, or null and the run that it asks for.</summary>
    /// <exception cref="RequestRefusedException">It is authentic and cannot be read, or there is nothing to check it with.</exception>
    public WebhookReply? Refuse(WebhookDelivery delivery, DateTimeOffset now, out StartRun? start)
    {
        start = null;
        if (!Settings.Enabled)
            return new WebhookReply { Verdict = WebhookVerdict.NotFound };
        if (!_networks.Contain(delivery.Address))
            return new WebhookReply { Verdict = WebhookVerdict.AddressRefused };
        var method = Settings.Trigger.Method ?? "POST";
        if (method != AnyMethod && method != delivery.Method)
            return new WebhookReply { Verdict = WebhookVerdict.MethodRefused, Allow = method };
        if (_check is null)
            throw new RequestRefusedException(RefusalReason.Unavailable, "Deliveries cannot be checked at the moment; try again.");
        if (!_check.Accepts(delivery, now, out var replayKey))
            return new WebhookReply { Verdict = WebhookVerdict.NotAuthentic };

        start = StartOf(delivery, replayKey, now);
        return null;
    }

    StartRun StartOf(WebhookDelivery delivery, string? replayKey, DateTimeOffset now)
    {
        var trigger = new Trigger { Type = TriggerType.Webhook, Output = _mask.Apply(DeliveryTrigger.Output(delivery, _authentication)) };
        var key = DeliveryKey.Of(delivery, Settings, trigger, replayKey, now);
        return new StartRun
        {
            Trigger = trigger,
            IdempotencyKey = key,
            RequestHash = key is null ? null : DeliveryKey.HashOf(delivery, _authentication),
            TraceParent = delivery.TraceParent,
        };
    }

    static ImmutableArray<string> SecretsOf(Connection connection, WebhookAuthenticationType type) => type == WebhookAuthenticationType.Basic
        ? ConnectionSecrets.BasicOf(connection) is ({ } user, { } password) ? [$"{user}:{password}"] : []
        : [.. connection.List("secrets")];
}
