using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Tests.Flows;

/// <summary>Flows of every shape that the API can answer with.</summary>
static class SomeFlow
{
    static readonly Gen<string> Word = Gen.OneOf(
        "yes", "No", "on", "y", "null", "~", "true", "12", "-0", "0123", "1e5", "0x1F", "12:30", "2026-04-21", "1_000", ".inf", "=", "<<",
        "", " ", "a b", " a", "a ", "a: b", "a:", ": a", "a #b", "#a", "- a", "-", "---", "...", "? a", "|", ">", "&a", "*a", "!a", "%a", "@a", "`a", "'", "\"", "\\", "a'b\"c",
        "{{ trigger.body }}", "Report: {{ steps.a.output }}", "[x]", "{x}", "a,b", "0 9 * * *", "*/5 * * * *", "select 1\nfrom t\n  where x = 'y'\n", "a\n", "\na", "a\n\nb", "a\n \nb", "a \nb", "\ta\n\tb", " a\nb", "a\n\n", "a\r\nb", "a\t",
        "Größe", "日本", "😀", "e\u0301", "a\u0085b", "a\u2028b\nc", "\ufeffa", "\u00a0", "\u007f", "\u0001", new string('k', 2000), "a\nb: c\n- d", "a\n---\nb", "a\n# b");

    public static Gen<string> Text { get; } = Gen.OneOf(
        Word,
        Gen.Select(Word, Word, (a, b) => a + b),
        Gen.Select(Word, Word, (a, b) => a + "\n" + b),
        Gen.Char[' ', '\u2100'].Array[0, 20].Select(c => new string(c)));

    static readonly Gen<JsonNode?> Leaf = Gen.OneOf(
        Text.Select(t => (JsonNode?)t),
        Gen.Int.Select(n => (JsonNode?)n),
        Gen.OneOf("1e400", "-0", "1.50", "12345678901234567890123", "1E+5", "0.0").Select(n => JsonNode.Parse(n)),
        Gen.Bool.Select(b => (JsonNode?)b),
        Gen.Const((JsonNode?)null));

    static readonly Gen<JsonNode?> Value = Gen.Recursive<JsonNode?>((depth, inner) => depth > 3
        ? Leaf
        : Gen.OneOf(
            Leaf,
            inner.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])),
            Object(inner).Select(o => (JsonNode?)o)));

    static readonly Gen<TimeSpan> Duration = Gen.Int[1, 1_000_000].Select(ms => TimeSpan.FromMilliseconds(ms));

    static readonly Gen<JsonData> Input = Object(Value).Select(o => new JsonData(Encoding.UTF8.GetBytes(o.ToJsonString())));

    static readonly Gen<RetryPolicy> Retry = Gen.Select(Gen.Int[1, 100], Gen.Enum<Backoff>(), Duration, Duration, (attempts, backoff, first, most) =>
        new RetryPolicy { MaxAttempts = attempts, Backoff = backoff, InitialDelay = first, MaxDelay = most });

    static readonly Gen<StepDefinition> Step =
        from name in Text
        from key in Text
        from connection in Gen.Null(Text)
        from input in Input
        from retry in Gen.Null(Retry)
        from timeout in Gen.Nullable(Duration)
        from onCrash in Gen.Nullable(Gen.Enum<CrashPolicy>())
        select new StepDefinition { Name = name, Key = key, Type = "data.set", Connection = connection, Input = input, Retry = retry, Timeout = timeout, OnCrash = onCrash };

    static readonly Gen<CatchUp> CatchUp = Gen.Select(Gen.Enum<CatchUpPolicy>(), Gen.Nullable(Duration), Gen.Nullable(Gen.Int[1, 1000]), (policy, window, limit) =>
        new CatchUp { Policy = policy, Window = window, Limit = limit });

    static readonly Gen<WebhookAuthentication> Authentication = Gen.Select(Gen.Enum<WebhookAuthenticationType>(), Gen.Null(Text), Gen.Nullable(Gen.Enum<WebhookScheme>()), Gen.Nullable(Duration), (type, text, scheme, tolerance) =>
        new WebhookAuthentication { Type = type, Connection = text, Name = text, Scheme = scheme, Tolerance = tolerance });

    static readonly Gen<TriggerDefinition> Trigger =
        from type in Gen.OneOf(TriggerType.Schedule, TriggerType.Webhook, TriggerType.Manual)
        from name in Text
        from cron in Gen.Null(Text)
        from every in Gen.Nullable(Duration)
        from zone in Gen.Null(Text)
        from catchUp in Gen.Null(CatchUp)
        from overlap in Gen.Nullable(Gen.Enum<OverlapPolicy>())
        from response in Gen.Nullable(Gen.Enum<WebhookResponse>())
        from authentication in Gen.Null(Authentication)
        from timeout in Gen.Nullable(Duration)
        select new TriggerDefinition { Authentication = authentication, IdempotencyKey = cron, ResponseTimeout = timeout, Type = type, Name = name, Cron = cron, Every = every, TimeZone = zone, CatchUp = catchUp, Overlap = overlap, Method = zone, Response = response };

    public static Gen<FlowDefinition> Definition { get; } = Gen.Select(Text, Gen.Null(Text), Trigger, Step.Array[0, 3], (name, description, trigger, steps) =>
        new FlowDefinition { Name = name, Description = description, Trigger = trigger, Steps = [.. steps] });

    public static FlowDetail Detail(FlowDefinition definition) => new()
    {
        Summary = new FlowSummary
        {
            Id = FlowId.Parse("flow_01jsbk6r5ze6v8hbc02n1m4fqx", null),
            Name = definition.Name,
            Description = definition.Description,
            Status = FlowStatus.Active,
            TriggerType = definition.Trigger.Type,
            RunCount = 145,
            SuccessRate = 98.6,
            LastRun = new DateTimeOffset(2026, 4, 21, 9, 0, 0, TimeSpan.Zero),
            Created = new DateTimeOffset(2026, 4, 1, 8, 30, 0, 250, TimeSpan.Zero),
            Updated = new DateTimeOffset(2026, 4, 2, 8, 30, 0, TimeSpan.Zero),
            Version = 3,
        },
        Definition = definition,
    };

    public static FlowDefinition Report { get; } = new()
    {
        Name = "Daily Sales Report",
        Description = "Totals of the day,\nposted every morning.",
        Trigger = new TriggerDefinition { Type = TriggerType.Schedule, Name = "Schedule Trigger", Cron = "0 9 * * *", TimeZone = "Europe/Berlin", CatchUp = new CatchUp { Window = TimeSpan.FromHours(1) } },
        Steps =
        [
            new StepDefinition
            {
                Key = "query_database",
                Name = "Query Database",
                Type = "sql.query",
                Connection = "sales",
                Input = new JsonData("""{"query":"select count(*) as \"rowCount\"\nfrom orders\nwhere placed_on < @day\n","parameters":{"day":"{{ trigger.scheduledTime.slice(0, 10) }}","limit":100},"single":true}"""u8.ToArray()),
                Timeout = TimeSpan.FromSeconds(30),
            },
            new StepDefinition
            {
                Key = "send",
                Name = "Send: yes",
                Type = "slack.sendMessage",
                Input = new JsonData("""{"channel":"#sales","tags":["on",[1,[]],{"a":{}}],"none":null}"""u8.ToArray()),
                Retry = new RetryPolicy(),
                OnCrash = CrashPolicy.Fail,
            },
        ],
    };

    static Gen<JsonObject> Object(Gen<JsonNode?> value) => Gen.Select(Text, value).Array[0, 3].Select(members =>
    {
        var made = new JsonObject();
        foreach (var (name, member) in members)
            made[name] = member?.DeepClone();
        return made;
    });
}
