using System.Text.Json;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Flows;

static class TriggerReader
{
    /// <summary>What a flow without a trigger has: it runs when it is started by hand.</summary>
    public static TriggerDefinition Manual { get; } = new() { Type = TriggerType.Manual, Name = DefaultName(TriggerType.Manual) };

    /// <summary>The flow's trigger, or null when it names none.</summary>
    public static TriggerDefinition? Read(ObjectFields flow, FieldErrors errors)
    {
        const string Trigger = "trigger";
        if (flow.Find(Trigger) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Array)
        {
            flow.Refuse(Trigger, value, "is a list, but a flow has exactly one trigger; give one object, and a flow of its own to each further trigger.");
            return null;
        }

        return ObjectFields.Of(value, Trigger, errors) is { } trigger ? Definition(trigger, errors) : null;
    }

    static TriggerDefinition Definition(ObjectFields trigger, FieldErrors errors)
    {
        var type = Type(trigger, errors);
        var definition = new TriggerDefinition
        {
            Type = type,
            Name = trigger.Text("name") ?? DefaultName(type),
            Cron = trigger.Text("cron"),
            Every = trigger.Duration("every"),
            TimeZone = trigger.Text("timeZone"),
            CatchUp = trigger.Fields("catchUp") is { } catchUp ? CatchUp(catchUp) : null,
            Overlap = trigger.Choice<OverlapPolicy>("overlap"),
            Method = trigger.Text("method"),
            Response = trigger.Choice<WebhookResponse>("response"),
            Authentication = WebhookAuthenticationReader.Read(trigger, errors),
            IdempotencyKey = trigger.Text("idempotencyKey"),
            ResponseTimeout = trigger.Duration("responseTimeout"),
        };
        trigger.RefuseOthers();
        return definition;
    }

    static TriggerType Type(ObjectFields trigger, FieldErrors errors)
    {
        const string Type = "type";
        switch (trigger.Find(Type))
        {
            case null:
                errors.Add(trigger.PathOf(Type), "is missing; give SCHEDULE, WEBHOOK or MANUAL.");
                return TriggerType.Manual;
            case { ValueKind: JsonValueKind.Array } several:
                trigger.Refuse(Type, several, "is a list, but a flow has exactly one trigger; give SCHEDULE, WEBHOOK or MANUAL.");
                return TriggerType.Manual;
            default:
                return trigger.Choice(Type, TriggerType.Schedule, TriggerType.Webhook, TriggerType.Manual) ?? TriggerType.Manual;
        }
    }

    static CatchUp CatchUp(ObjectFields fields)
    {
        var catchUp = new CatchUp
        {
            Policy = fields.Choice<CatchUpPolicy>("policy") ?? CatchUpPolicy.One,
            Window = fields.Duration("window"),
            Limit = fields.Whole("limit"),
        };
        fields.RefuseOthers();
        return catchUp;
    }

    static string DefaultName(TriggerType type) => $"{type} Trigger";
}
