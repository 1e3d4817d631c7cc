using System.Text.Json;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Flows;

static class WebhookAuthenticationReader
{
    static readonly string[] Inline =
        ["secret", "secrets", "password", "username", "user", "token", "key", "apiKey", "value", "headerValue", "paramValue", "parameterValue", "queryValue", "credentials"];

    /// <summary>What the trigger asks of deliveries, or null when it does not say. A text stands for an object with that type.</summary>
    public static WebhookAuthentication? Read(ObjectFields trigger, FieldErrors errors)
    {
        const string Authentication = "authentication";
        if (trigger.Find(Authentication) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return new WebhookAuthentication { Type = trigger.Choice<WebhookAuthenticationType>(Authentication) ?? WebhookAuthenticationType.None };
        if (trigger.Fields(Authentication) is not { } fields)
            return null;

        var type = fields.Choice<WebhookAuthenticationType>("type");
        if (type is null && fields.Find("type") is null)
            errors.Add(fields.PathOf("type"), $"is missing; give one of {WireNames<WebhookAuthenticationType>.All}.");
        var authentication = new WebhookAuthentication
        {
            Type = type ?? WebhookAuthenticationType.None,
            Connection = fields.Text("connection"),
            Name = fields.Text("name"),
            Scheme = fields.Choice<WebhookScheme>("scheme"),
            Tolerance = fields.Duration("tolerance"),
        };
        RefuseSecrets(fields, errors);
        return authentication;
    }

    /// <summary>Definitions are kept in versions and shown to every reader; secrets are not.</summary>
    static void RefuseSecrets(ObjectFields fields, FieldErrors errors)
    {
        foreach (var name in Inline.Where(fields.Has))
            errors.Add(fields.PathOf(name), "does not belong into a flow, whose versions keep and show what they hold; put it into a connection of the app webhook, and give that connection's name as 'connection'.");
        fields.RefuseOthers(Inline);
    }
}
