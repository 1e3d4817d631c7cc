using System.Collections.Immutable;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Grains.Tests.Flows;

public sealed class FlowValidationTests
{
    static readonly StepCatalog Catalog = new([new Kind("data.set"), new Kind("sql.query", "postgresql", "sqlite"), new Kind("http.request", "http") { ConnectionOptional = true }]);
    static readonly Dictionary<string, string> Connections = new() { ["sales"] = "postgresql", ["team-slack"] = "slack", ["archive"] = "sqlite", ["hook"] = "webhook" };

    [Fact]
    public void Check_ValidFlow_HasNoErrors()
    {
        var flow = Some.Flow(
            Some.Step("Query Database", """{"query":"select 1"}""", "sql.query") with { Connection = "sales", Retry = new RetryPolicy(), Timeout = TimeSpan.FromSeconds(30) },
            Some.Step("Call", """{"url":"https://example.com/{{ steps.query_database.output.rowCount }}"}""", "http.request")) with
        { Trigger = Some.Schedule("0 9 * * *", "Europe/Berlin") };

        Assert.Empty(Check(flow));
    }

    [Theory]
    [InlineData("0 9 * * *")]
    [InlineData("*/10 0 9 * * *")]
    [InlineData("@hourly")]
    [InlineData("0 0 29 2 *")]
    public void Check_Cron_IsTaken(string cron)
    {
        Assert.Empty(Check(Some.Flow() with { Trigger = Some.Schedule(cron) }));
    }

    [Theory]
    [InlineData("H * * * *", "with H, which is not supported")]
    [InlineData("* * *", "is not a cron expression")]
    [InlineData("", "is not a cron expression")]
    [InlineData("61 * * * *", "is not a cron expression")]
    [InlineData("0 0 31 2 *", "is never due")]
    public void Check_BadCron_IsRefused(string cron, string message)
    {
        AssertError(Some.Flow() with { Trigger = Some.Schedule(cron) }, "trigger.cron", message);
    }

    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("America/Argentina/Buenos_Aires", true)]
    [InlineData("UTC", true)]
    [InlineData("Mars/Phobos", false)]
    [InlineData("W. Europe Standard Time", false)]
    [InlineData("../etc/passwd", false)]
    [InlineData("", false)]
    public void Check_TimeZone_IsAnIanaName(string zone, bool valid)
    {
        var errors = Check(Some.Flow() with { Trigger = Some.Schedule(timeZone: zone) });

        Assert.Equal(valid ? [] : ["trigger.timeZone"], errors.Select(e => e.Field));
    }

    public static TheoryData<string, TriggerDefinition> BadTriggers => new()
    {
        { "trigger.type", Some.ManualTrigger() with { Type = TriggerType.Retry } },
        { "trigger.name", Some.ManualTrigger() with { Name = "" } },
        { "trigger.cron", Some.Schedule(cron: null) },
        { "trigger.every", Some.Schedule() with { Every = TimeSpan.FromMinutes(1) } },
        { "trigger.every", Some.Schedule(cron: null) with { Every = TimeSpan.FromMilliseconds(999) } },
        { "trigger.catchUp.window", Some.Schedule() with { CatchUp = new CatchUp { Window = TimeSpan.Zero } } },
        { "trigger.catchUp.limit", Some.Schedule() with { CatchUp = new CatchUp { Limit = 1001 } } },
        { "trigger.jitter", Some.Schedule() with { Jitter = TimeSpan.FromDays(2) } },
        { "trigger.endsAt", Some.Schedule() with { EndsAt = Some.Time.AddYears(-20) } },
        { "trigger.cron", Some.Schedule("0 0 1 1 *") with { StartsAt = Some.Time.AddYears(70), EndsAt = Some.Time.AddYears(70).AddDays(1) } },
        { "trigger.every", Some.Schedule(cron: null) with { Every = TimeSpan.FromDays(7), StartsAt = Some.Time.AddYears(70), EndsAt = Some.Time.AddYears(60) } },
        { "trigger.jitter", Some.ManualTrigger() with { Jitter = TimeSpan.FromSeconds(1) } },
        { "trigger.cron", Some.ManualTrigger() with { Cron = "0 9 * * *" } },
        { "trigger.overlap", Some.ManualTrigger() with { Overlap = OverlapPolicy.Skip } },
        { "trigger.method", Some.Schedule() with { Method = "POST" } },
        { "trigger.method", Some.ManualTrigger() with { Type = TriggerType.Webhook, Method = "post" } },
        { "trigger.timeZone", Some.ManualTrigger() with { Type = TriggerType.Webhook, TimeZone = "UTC" } },
        { "trigger.authentication", Some.ManualTrigger() with { Authentication = WebhookAuthentication.None } },
        { "trigger.authentication.connection", Some.Webhook(WebhookAuthentication.None with { Connection = "hook" }) },
        { "trigger.authentication.connection", Some.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.Basic, Connection = "sales" }) },
        { "trigger.authentication.name", Some.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.Basic, Connection = "hook", Name = "X-A" }) },
        { "trigger.authentication.name", Some.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.Header, Connection = "hook", Name = "X A" }) },
        { "trigger.authentication.name", Some.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.HmacSha256, Connection = "hook", Name = "X-A", Scheme = WebhookScheme.Github }) },
        { "trigger.authentication.tolerance", Some.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.HmacSha256, Connection = "hook", Tolerance = TimeSpan.FromMinutes(1) }) },
        { "trigger.authentication.tolerance", Some.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.HmacSha256, Connection = "hook", Scheme = WebhookScheme.Slack, Tolerance = TimeSpan.FromHours(2) }) },
        { "trigger.idempotencyKey", Some.Webhook() with { IdempotencyKey = "{{ trigger.body. }}" } },
        { "trigger.idempotencyKey", Some.Webhook() with { IdempotencyKey = "{{ steps.a.output.id }}" } },
    };

    [Theory, MemberData(nameof(BadTriggers))]
    public void Check_BadTrigger_NamesTheField(string field, TriggerDefinition trigger)
    {
        Assert.Equal([field], Check(Some.Flow() with { Trigger = trigger }).Select(e => e.Field));
    }

    public static TheoryData<string, StepDefinition> BadSteps => new()
    {
        { "steps[0].name", Some.Step("a") with { Name = new string('x', 201) } },
        { "steps[0].key", Some.Step("a") with { Key = "a-b" } },
        { "steps[0].key", Some.Step("a") with { Key = "trigger" } },
        { "steps[0].type", Some.Step("a", type: "sql.qery") },
        { "steps[0].connection", Some.Step("a") with { Connection = "sales" } },
        { "steps[0].connection", Some.Step("a", type: "sql.query") },
        { "steps[0].connection", Some.Step("a", type: "sql.query") with { Connection = "nope" } },
        { "steps[0].connection", Some.Step("a", type: "sql.query") with { Connection = "team-slack" } },
        { "steps[0].retry.maxAttempts", Some.Step("a") with { Retry = new RetryPolicy { MaxAttempts = 0 } } },
        { "steps[0].retry.maxDelay", Some.Step("a") with { Retry = new RetryPolicy { MaxDelay = TimeSpan.FromHours(25) } } },
        { "steps[0].retry.initialDelay", Some.Step("a") with { Retry = new RetryPolicy { InitialDelay = TimeSpan.FromMinutes(2) } } },
        { "steps[0].timeout", Some.Step("a") with { Timeout = TimeSpan.Zero } },
        { "steps[0].timeout", Some.Step("a") with { Timeout = TimeSpan.FromHours(25) } },
        { "steps[0].input", Some.Step("a", "[]") },
        { "steps[0].input.items[1].text", Some.Step("a", """{"items":[1,{"text":"{{ 1 + }}"}]}""") },
    };

    [Theory, MemberData(nameof(BadSteps))]
    public void Check_BadStep_NamesTheField(string field, StepDefinition step)
    {
        Assert.Equal([field], Check(Some.Flow(step)).Select(e => e.Field));
    }

    [Fact]
    public void Check_References_ReachEarlierStepsOnly()
    {
        var flow = Some.Flow(
            Some.Step("a", """{"x":"{{ steps.b.output }}","y":"{{ steps.a.output }}"}"""),
            Some.Step("b", """{"x":"{{ steps.a.output }}","y":"{{ [1].map(x => steps.nope.output[x]) }}"}"""));

        Assert.Equal(
            [
                "steps[0].input.x: {{ steps.b.output }}: step 'b' comes later",
                "steps[0].input.y: {{ steps.a.output }}: step 'a' is this step itself, which has no output yet",
                "steps[1].input.y: {{ [1].map(x => steps.nope.output[x]) }}: there is no step 'nope'; earlier steps are a",
            ],
            Check(flow).Select(e => $"{e.Field}: {e.Message}"));
    }

    [Fact]
    public void Check_Messages_SayTheWayOut()
    {
        AssertError(Some.Flow(Some.Step("a", type: "sql.qery")), "steps[0].type", "there is no step type 'sql.qery'; did you mean sql.query?");
        AssertError(Some.Flow(Some.Step("a", type: "nothing like it")), "steps[0].type", "there are data.set, http.request, sql.query");
        AssertError(Some.Flow(Some.Step("a", type: "sql.query") with { Connection = "x" }), "steps[0].connection", "those that fit are archive, sales");
        AssertError(Some.Flow(Some.Step("a", type: "sql.query") with { Connection = "team-slack" }), "steps[0].connection", "is of the kind slack, sql.query takes postgresql or sqlite");
        AssertError(Some.Flow() with { Trigger = Some.ManualTrigger() with { Cron = "x" } }, "trigger.cron", "belongs to a SCHEDULE trigger, this one is MANUAL");
    }

    [Fact]
    public void Check_SeveralErrors_AreToldAtOnce()
    {
        var flow = Some.Flow(Some.Step("a"), Some.Step("a", type: "nope")) with { Name = " ", Description = new string('x', 2001), Trigger = Some.Schedule("nope") };

        Assert.Equal(["name", "description", "trigger.cron", "steps[1].name", "steps[1].key", "steps[1].type"], Check(flow).Select(e => e.Field));
    }

    [Fact]
    public void Check_TooManySteps_IsOneError()
    {
        var steps = Enumerable.Range(0, 101).Select(i => Some.Step($"s{i}")).ToArray();

        Assert.Equal(["steps"], Check(Some.Flow(steps)).Select(e => e.Field));
        Assert.Empty(Check(Some.Flow(steps[..100])));
    }

    static ImmutableArray<Errors.FieldError> Check(FlowDefinition flow) => FlowValidation.Check(flow, Catalog, Connections, Some.Time);

    static void AssertError(FlowDefinition flow, string field, string message)
    {
        var error = Assert.Single(Check(flow));
        Assert.Equal(field, error.Field);
        Assert.Contains(message, error.Message);
    }

    sealed class Kind(string type, params string[] connections) : IStep
    {
        public string Type => type;

        public string Description => "";

        public ImmutableArray<string> Connections => [.. connections];

        public bool ConnectionOptional { get; init; }

        public bool HasEffects => false;

        public JsonData InputSchema => JsonData.EmptyObject;

        public JsonData OutputSchema => JsonData.EmptyObject;

        public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken) => Task.FromResult<StepOutcome>(new StepOutcome.Succeeded(JsonData.Null));
    }
}
