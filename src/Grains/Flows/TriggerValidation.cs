using Cronos;
using FlowRuns.Json;
using FlowRuns.Triggers;

namespace FlowRuns.Flows;

/// <summary>What a trigger may say, by its type.</summary>
static class TriggerValidation
{
    static readonly TimeSpan MaxWindow = TimeSpan.FromDays(30);
    static readonly TimeSpan MaxEvery = TimeSpan.FromDays(366);

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
            CheckSchedule(trigger, now, errors);
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

    static void CheckSchedule(TriggerDefinition trigger, DateTimeOffset now, FieldErrors errors)
    {
        var zone = TimeZoneInfo.Utc;
        if (trigger.TimeZone is { } name && !TryFindZone(name, out zone))
            errors.Add("trigger.timeZone", $"'{name}' is not an IANA time zone such as Europe/Berlin");

        switch (trigger)
        {
            case { Cron: null, Every: null }:
                errors.Add("trigger.cron", "a schedule needs cron, such as \"0 9 * * *\", or every, such as 15m");
                break;
            case { Cron: not null, Every: not null }:
                errors.Add("trigger.every", "a schedule has either cron or every, not both");
                break;
            case { Cron: { } cron }:
                CheckCron(cron, zone, now, errors);
                break;
            case { Every: { } every } when every < TimeSpan.FromSeconds(1) || every > MaxEvery:
                errors.Add("trigger.every", $"{DurationTextConverter.Format(every)} is not between 1s and {DurationTextConverter.Format(MaxEvery)}");
                break;
        }

        if (trigger.CatchUp?.Window is { } window && (window <= TimeSpan.Zero || window > MaxWindow))
            errors.Add("trigger.catchUp.window", $"{DurationTextConverter.Format(window)} is not between 1ms and {DurationTextConverter.Format(MaxWindow)}");
        if (trigger.CatchUp?.Limit is { } limit and (< 1 or > 1000))
            errors.Add("trigger.catchUp.limit", $"{limit} is not between 1 and 1000");
    }

    static void CheckCron(string cron, TimeZoneInfo zone, DateTimeOffset now, FieldErrors errors)
    {
        try
        {
            var fields = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            var expression = CronExpression.Parse(cron, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            if (expression.GetNextOccurrence(now, zone) is null)
                errors.Add("trigger.cron", $"'{cron}' is never due");
        }
        catch (CronFormatException e)
        {
            errors.Add("trigger.cron", $"'{cron}' is not a cron expression of 5 fields, or 6 with seconds first: {e.Message}");
        }
        catch (MissingSeedException)
        {
            errors.Add("trigger.cron", $"'{cron}' leaves a time to chance with H, which is not supported; name it, as in \"7 * * * *\"");
        }
    }

    // Where ICU is there, Windows' names are found too; definitions must mean the same everywhere.
    static bool TryFindZone(string name, out TimeZoneInfo zone)
    {
        var found = TimeZoneInfo.TryFindSystemTimeZoneById(name, out var result) && result.HasIanaId && !name.Contains(' ');
        zone = found ? result! : TimeZoneInfo.Utc;
        return found;
    }

    static string Written(TriggerType type) => type.ToString().ToUpperInvariant();
}
