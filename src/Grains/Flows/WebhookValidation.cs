using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Steps;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;

namespace FlowRuns.Flows;

/// <summary>What the trigger of a webhook may say.</summary>
static class WebhookValidation
{
    public const string App = "webhook";

    const int MaxParameterLength = 100;

    static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "ANY"];
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    static readonly TimeSpan LongestTolerance = TimeSpan.FromHours(1);

    public static void Check(FlowDefinition flow, IReadOnlyDictionary<string, string> connections, FieldErrors errors)
    {
        var trigger = flow.Trigger;
        if (trigger.Method is { } method && !Methods.Contains(method))
            errors.Add("trigger.method", $"'{method}' is not one of {string.Join(", ", Methods)}");
        if (trigger.Authentication is { } authentication)
            CheckAuthentication(authentication, connections, errors);
        if (trigger.IdempotencyKey is { } key)
            CheckKey(key, errors);
        CheckResponse(flow, errors);
    }

    static void CheckAuthentication(WebhookAuthentication authentication, IReadOnlyDictionary<string, string> connections, FieldErrors errors)
    {
        const string Field = "trigger.authentication";
        var type = authentication.Type;
        var scheme = authentication.Scheme ?? WebhookScheme.Plain;
        CheckConnection(authentication, connections, $"{Field}.connection", errors);

        if (authentication.Scheme is not null && type != WebhookAuthenticationType.HmacSha256)
            errors.Add($"{Field}.scheme", "belongs to HMAC_SHA256; leave it out");
        if (authentication.Tolerance is { } tolerance)
        {
            if (scheme is WebhookScheme.Plain or WebhookScheme.Github)
                errors.Add($"{Field}.tolerance", "belongs to a scheme that signs a time: SLACK, STRIPE or STANDARD_WEBHOOKS; leave it out");
            else if (tolerance < Second || tolerance > LongestTolerance)
                errors.Add($"{Field}.tolerance", $"{DurationTextConverter.Format(tolerance)} is not between 1s and {DurationTextConverter.Format(LongestTolerance)}");
        }

        if (authentication.Name is not { } name)
            return;
        if (type is WebhookAuthenticationType.None or WebhookAuthenticationType.Basic || scheme != WebhookScheme.Plain)
            errors.Add($"{Field}.name", "belongs to HEADER, QUERY and HMAC_SHA256 without a scheme; leave it out");
        else if (type == WebhookAuthenticationType.Query ? name.Length is 0 or > MaxParameterLength : RequestHeader.Problem(name, "") is not null)
            errors.Add($"{Field}.name", $"'{name}' is not the name of a {(type == WebhookAuthenticationType.Query ? $"query parameter: 1 to {MaxParameterLength} characters" : "header that a sender may set: letters, digits and hyphens")}");
    }

    static void CheckConnection(WebhookAuthentication authentication, IReadOnlyDictionary<string, string> connections, string field, FieldErrors errors)
    {
        if (authentication.Type == WebhookAuthenticationType.None)
        {
            if (authentication.Connection is not null)
                errors.Add(field, "belongs to another type than NONE; leave it out");
        }
        else if (authentication.Connection is not { } name)
        {
            errors.Add(field, $"is missing; name a connection of the app {App}, which keeps the secret");
        }
        else if (!connections.TryGetValue(name, out var app))
        {
            errors.Add(field, $"there is no connection '{name}'; make one of the app {App} first");
        }
        else if (app != App)
        {
            errors.Add(field, $"connection '{name}' is of the kind {app}; a webhook takes {App}");
        }
    }

    static void CheckKey(string key, FieldErrors errors)
    {
        const string Field = "trigger.idempotencyKey";
        var template = DeliveryKey.Template(key);
        if (template.Errors is [var error, ..])
            errors.Add(Field, $"{{{{ {error.Expression.Trim()} }}}}: {error.Message}");
        else if (!template.References.IsEmpty)
            errors.Add(Field, "reads a step's output, but a delivery is named before any step runs; read trigger");
        else if (!key.Contains("{{"))
            errors.Add(Field, $"'{key}' is the same for every delivery; give an expression such as {{{{ trigger.body.id }}}}");
    }

    static void CheckResponse(FlowDefinition flow, FieldErrors errors)
    {
        var waits = flow.Trigger.Response == WebhookResponse.WhenFinished;
        if (flow.Trigger.ResponseTimeout is { } timeout)
        {
            if (!waits)
                errors.Add("trigger.responseTimeout", "belongs to response: WHEN_FINISHED; leave it out");
            else if (timeout < Second || timeout > LongestWait)
                errors.Add("trigger.responseTimeout", $"{DurationTextConverter.Format(timeout)} is not between 1s and {DurationTextConverter.Format(LongestWait)}");
        }

        for (var i = 0; i < flow.Steps.Length && !waits; i++)
        {
            if (flow.Steps[i].Type == WebhookRespondStep.Name)
                errors.Add($"steps[{i}].type", $"{WebhookRespondStep.Name} has nobody to answer, because the webhook answers at once; set trigger.response to WHEN_FINISHED");
        }
    }
}
