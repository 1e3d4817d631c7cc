using FlowRuns.Schedules;
using FlowRuns.Triggers;

namespace FlowRuns.Flows;

/// <summary>What a trigger may say, by its type.</summary>
static class TriggerValidation
{
    public static void Check(TriggerDefinition trigger, DateTimeOffset now, FieldErrors errors)
    {
        errors.CheckName("trigger.name", trigger.Name);
        if (trigger.Type is not (TriggerType.Schedule or TriggerType.Webhook or TriggerType.Manual))
        {
            errors.Add("trigger.type", $"{Written(trigger.Type)} cannot start a flow; use SCHEDULE, WEBHOOK or MANUAL");
            return;
        }

        RefuseForeign(trigger, errors);
        if (trigger.Type == TriggerType.Schedule)
            ScheduleValidation.Check(trigger, now, errors);
    }

    static void RefuseForeign(TriggerDefinition trigger, FieldErrors errors)
    {
        (string Name, bool Given, TriggerType Of)[] settings =
        [
            ("cron", trigger.Cron is not null, TriggerType.Schedule),
            ("every", trigger.Every is not null, TriggerType.Schedule),
            ("timeZone", trigger.TimeZone is not null, TriggerType.Schedule),
            ("catchUp", trigger.CatchUp is not null, TriggerType.Schedule),
            ("overlap", trigger.Overlap is not null, TriggerType.Schedule),
            ("startsAt", trigger.StartsAt is not null, TriggerType.Schedule),
            ("endsAt", trigger.EndsAt is not null, TriggerType.Schedule),
            ("jitter", trigger.Jitter is not null, TriggerType.Schedule),
            ("method", trigger.Method is not null, TriggerType.Webhook),
            ("response", trigger.Response is not null, TriggerType.Webhook),
            ("authentication", trigger.Authentication is not null, TriggerType.Webhook),
            ("idempotencyKey", trigger.IdempotencyKey is not null, TriggerType.Webhook),
            ("responseTimeout", trigger.ResponseTimeout is not null, TriggerType.Webhook),
        ];

        foreach (var setting in settings)
        {
            if (setting.Given && setting.Of != trigger.Type)
                errors.Add($"trigger.{setting.Name}", $"belongs to a {Written(setting.Of)} trigger, this one is {Written(trigger.Type)}; leave it out");
        }
    }

    static string Written(TriggerType type) => type.ToString().ToUpperInvariant();
}
