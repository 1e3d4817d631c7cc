using Cronos;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Triggers;

namespace FlowRuns.Schedules;

/// <summary>What a schedule may say. One that is never due is refused, since nothing would ever show it.</summary>
static class ScheduleValidation
{
    static readonly TimeSpan MinEvery = TimeSpan.FromSeconds(1);
    static readonly TimeSpan MaxEvery = TimeSpan.FromDays(366);
    static readonly TimeSpan MaxWindow = TimeSpan.FromDays(30);
    static readonly TimeSpan MaxJitter = TimeSpan.FromDays(1);

    public static void Check(TriggerDefinition trigger, DateTimeOffset now, FieldErrors errors)
    {
        var hasZone = trigger.TimeZone is null || IsZone(trigger.TimeZone);
        if (!hasZone)
            errors.Add("trigger.timeZone", $"'{trigger.TimeZone}' is not an IANA time zone such as Europe/Berlin");

        var hasTimes = CheckTimes(trigger, errors);
        if (trigger.EndsAt <= now)
            errors.Add("trigger.endsAt", $"{UtcTimeConverter.Format(trigger.EndsAt.Value)} lies in the past; give a later time or leave it out");
        else if (hasZone && hasTimes && new DueTimes(trigger, default, now).Next(now) is null)
            errors.Add(trigger.Cron is null ? "trigger.every" : "trigger.cron", $"{Written(trigger)} is never due{(trigger.EndsAt is null ? "" : " between now and endsAt")}");

        CheckRange("trigger.catchUp.window", trigger.CatchUp?.Window, TimeSpan.FromMilliseconds(1), MaxWindow, errors);
        CheckRange("trigger.jitter", trigger.Jitter, TimeSpan.FromMilliseconds(1), MaxJitter, errors);
        if (trigger.CatchUp?.Limit is { } limit and (< 1 or > DueOccurrences.MaxListed))
            errors.Add("trigger.catchUp.limit", $"{limit} is not between 1 and {DueOccurrences.MaxListed}");
    }

    static bool CheckTimes(TriggerDefinition trigger, FieldErrors errors)
    {
        switch (trigger)
        {
            case { Cron: null, Every: null }:
                errors.Add("trigger.cron", "a schedule needs cron, such as \"0 9 * * *\", or every, such as 15m");
                return false;
            case { Cron: not null, Every: not null }:
                errors.Add("trigger.every", "a schedule has either cron or every, not both");
                return false;
            case { Cron: { } cron }:
                return CheckCron(cron, errors);
            default:
                return CheckRange("trigger.every", trigger.Every, MinEvery, MaxEvery, errors);
        }
    }

    static bool CheckCron(string cron, FieldErrors errors)
    {
        try
        {
            CronTimes.Parse(cron, TimeZoneInfo.Utc);
            return true;
        }
        catch (CronFormatException e)
        {
            errors.Add("trigger.cron", $"'{cron}' is not a cron expression of 5 fields, or 6 with seconds first: {e.Message}");
        }
        catch (MissingSeedException)
        {
            errors.Add("trigger.cron", $"'{cron}' leaves a time to chance with H, which is not supported; name it, as in \"7 * * * *\"");
        }

        return false;
    }

    static bool CheckRange(string field, TimeSpan? length, TimeSpan min, TimeSpan max, FieldErrors errors)
    {
        if (length is not { } given || (given >= min && given <= max))
            return true;
        errors.Add(field, $"{DurationTextConverter.Format(given)} is not between {DurationTextConverter.Format(min)} and {DurationTextConverter.Format(max)}");
        return false;
    }

    // Where ICU is there, Windows' names are found too; definitions must mean the same everywhere.
    static bool IsZone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId && !name.Contains(' ');

    static string Written(TriggerDefinition trigger) => trigger.Cron is { } cron ? $"'{cron}'" : DurationTextConverter.Format(trigger.Every!.Value);
}
