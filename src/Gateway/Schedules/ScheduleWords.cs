using FlowRuns.Json;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Schedules;

/// <summary>A schedule in words. Common forms read as people say them; of the others each field is named with what it says.</summary>
static class ScheduleWords
{
    static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    static readonly string[] Months =
        ["", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@every_second"] = "* * * * * *",
        ["@every_minute"] = "* * * * *",
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
    };

    public static string Of(TriggerDefinition trigger)
    {
        if (trigger.Cron is not { } cron)
            return $"Every {DurationTextConverter.Format(trigger.Every.GetValueOrDefault())}";

        var fields = Macros.GetValueOrDefault(cron.Trim(), cron).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields switch
        {
            [var minute, var hour, var day, var month, var weekday] => Time("0", minute, hour) + Date(day, month, weekday),
            [var second, var minute, var hour, var day, var month, var weekday] => Time(second, minute, hour) + Date(day, month, weekday),
            _ => cron,
        };
    }

    static string Time(string second, string minute, string hour) => (second, minute, hour) switch
    {
        ("*", "*", "*") => "Every second",
        ("0", "*", "*") => "Every minute",
        (_, "*", "*") when Step(second) is { } step => $"Every {step} seconds",
        ("0", _, "*") when Step(minute) is { } step => $"Every {step} minutes",
        ("0", "0", "*") => "Every hour",
        ("0", "0", _) when Step(hour, 24) is { } step => $"Every {step} hours",
        _ when Number(minute) is { } m && Number(hour) is { } h && Number(second) is { } s => s == 0 ? $"At {h:00}:{m:00}" : $"At {h:00}:{m:00}:{s:00}",
        ("0", _, "*") => $"At minute {Listed(minute)} of every hour",
        ("0", _, _) => $"At minute {Listed(minute)} of hour {Listed(hour)}",
        _ => $"At second {Listed(second)} of minute {Listed(minute)} of hour {Listed(hour)}",
    };

    static string Date(string day, string month, string weekday)
    {
        var words = IsAny(day) ? "" : $" on day {Listed(day)} of the month";
        if (!IsAny(weekday))
            words += $"{(words.Length == 0 ? " on " : ", if that is ")}{Listed(weekday, Days)}";
        return IsAny(month) ? words : $"{words} in {Listed(month, Months)}";
    }

    static bool IsAny(string field) => field is "*" or "?";

    static int? Number(string field) => int.TryParse(field, out var number) ? number : null;

    /// <summary>The length of steps that are all the same, also from one hour or minute to the next.</summary>
    static int? Step(string field, int of = 60) => field.StartsWith("*/") && Number(field[2..]) is { } step && step > 1 && of % step == 0 ? step : null;

    static string Listed(string field, string[]? names = null) => string.Join(" and ", field.Split(',').Select(part => Named(part, names)));

    static string Named(string part, string[]? names)
    {
        var ends = part.Split('-');
        return ends.Length == 2 ? $"{Named(ends[0], names)} to {Named(ends[1], names)}"
            : part == "*" ? "any"
            : names is null ? part
            : Number(part) is { } number && number < names.Length ? names[number]
            : Array.Find(names, name => name.StartsWith(part, StringComparison.OrdinalIgnoreCase) && part.Length == 3) ?? part;
    }
}
