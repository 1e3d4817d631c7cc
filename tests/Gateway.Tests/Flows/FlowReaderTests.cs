using System.Text;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Gateway.Flows;
using FlowRuns.Json;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Tests.Flows;

public sealed class FlowReaderTests
{
    const string SalesReport = """
        name: Daily Sales Report
        trigger:
          type: SCHEDULE
          cron: "0 9 * * *"
          timeZone: Europe/Berlin
          catchUp: { policy: ONE, window: 1h, limit: 10 }
          overlap: QUEUE_ONE
        steps:
          - name: Query Database
            type: sql.query
            connection: sales
            input:
              query: select count(*) from orders where placed_on = @day
              parameters: { day: "{{ trigger.scheduledTime.slice(0, 10) }}" }
              single: true
          - name: Send Slack Message
            key: send
            type: slack.sendMessage
            retry: { maxAttempts: 5, backoff: FIXED, initialDelay: 1s, maxDelay: 1m }
            timeout: 30s
            onCrash: FAIL
        """;

    [Fact]
    public void Definition_WholeFlow_ReadsEveryMember()
    {
        var flow = FlowReader.Definition(Yaml(SalesReport));

        Assert.Equal("Daily Sales Report", flow.Name);
        Assert.Equal(
            new TriggerDefinition
            {
                Type = TriggerType.Schedule,
                Name = "Schedule Trigger",
                Cron = "0 9 * * *",
                TimeZone = "Europe/Berlin",
                CatchUp = new CatchUp { Policy = CatchUpPolicy.One, Window = TimeSpan.FromHours(1), Limit = 10 },
                Overlap = OverlapPolicy.QueueOne,
            },
            flow.Trigger);
        Assert.Equal(["query_database", "send"], flow.Steps.Select(s => s.Key));
        Assert.Equal(
            """{"query":"select count(*) from orders where placed_on = @day","parameters":{"day":"{{ trigger.scheduledTime.slice(0, 10) }}"},"single":true}""",
            flow.Steps[0].Input.ToString());
        Assert.Equal(
            new RetryPolicy { MaxAttempts = 5, Backoff = Backoff.Fixed, InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromMinutes(1) },
            flow.Steps[1].Retry);
        Assert.Equal(TimeSpan.FromSeconds(30), flow.Steps[1].Timeout);
        Assert.Equal(CrashPolicy.Fail, flow.Steps[1].OnCrash);
    }

    [Fact]
    public void Definition_NameOnly_IsStartedByHandAndHasNoSteps()
    {
        var flow = FlowReader.Definition(Json("""{ "name": "Nothing yet" }"""));

        Assert.Equal(new TriggerDefinition { Type = TriggerType.Manual, Name = "Manual Trigger" }, flow.Trigger);
        Assert.Empty(flow.Steps);
        Assert.Null(flow.Description);
    }

    [Theory]
    [InlineData("SCHEDULE", "Schedule Trigger")]
    [InlineData("WEBHOOK", "Webhook Trigger")]
    [InlineData("MANUAL", "Manual Trigger")]
    public void Definition_TriggerWithoutName_IsNamedAfterItsType(string type, string name)
    {
        var flow = FlowReader.Definition(Yaml($"name: A\ntrigger: {{ type: {type} }}"));

        Assert.Equal(name, flow.Trigger.Name);
    }

    [Fact]
    public void Definition_WhatAnAnswerAdds_IsIgnored()
    {
        var flow = FlowReader.Definition(Json("""
            { "id": "flow_0", "name": "A", "status": "ACTIVE", "triggerType": "MANUAL", "runCount": 145, "successRate": 98.6,
              "lastRun": "2026-04-21T09:00:00Z", "created": "2026-04-01T09:00:00Z", "updated": "2026-04-01T09:00:00Z", "version": 3 }
            """));

        Assert.Equal("A", flow.Name);
    }

    [Fact]
    public void Change_SomeMembers_LeavesTheOthersNull()
    {
        var change = FlowReader.Change(Yaml("description: Now with a footnote\nsteps: []"));

        Assert.Equal(new FlowChange { Description = "Now with a footnote", Steps = change.Steps }, change);
        Assert.Empty(change.Steps!.Value);
    }

    [Theory]
    // missing and unknown
    [InlineData("description: x", "name", "is missing; give a text such as Daily Sales Report.")]
    [InlineData("name: A\nstep: []", "step", "is not known; did you mean steps?")]
    [InlineData("name: A\nwhatever: 1", "whatever", "is not known; known here: name, description, trigger, steps.")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, retyr: {} }]", "steps[0].retyr", "is not known; did you mean retry?")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, retry: { maxAttempt: 3 } }]", "steps[0].retry.maxAttempt", "is not known; did you mean maxAttempts?")]
    [InlineData("name: A\nsteps: [{ type: x }]", "steps[0].name", "is missing; give a text such as Query Database.")]
    [InlineData("name: A\nsteps: [{ name: B }]", "steps[0].type", "is missing; give a text such as sql.query.")]
    [InlineData("name: A\ntrigger: { cron: '0 9 * * *' }", "trigger.type", "is missing; give SCHEDULE, WEBHOOK or MANUAL.")]
    // types
    [InlineData("name: 2026", "name", "2026 is not text; put it in quotes.")]
    [InlineData("name: true", "name", "true is not text; put it in quotes.")]
    [InlineData("name: A\nsteps: { a: 1 }", "steps", """{"a":1} is not a list; give the steps in their order.""")]
    [InlineData("name: A\nsteps: [hello]", "steps[0]", "\"hello\" is not an object; give names and values.")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, input: [1] }]", "steps[0].input", "[1] is not an object; give the step's settings by name.")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, timeout: 30 }]", "steps[0].timeout", "30 is not a length of time; give a whole number and a unit, such as 250ms, 30s, 15m, 1h or 7d.")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, timeout: PT30S }]", "steps[0].timeout", "\"PT30S\" is not a length of time; give a whole number and a unit, such as 250ms, 30s, 15m, 1h or 7d.")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, retry: { maxAttempts: many } }]", "steps[0].retry.maxAttempts", "\"many\" is not a whole number; give one such as 3.")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, retry: { maxAttempts: 1.5 } }]", "steps[0].retry.maxAttempts", "1.5 is not a whole number; give one such as 3.")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, onCrash: IGNORE }]", "steps[0].onCrash", "\"IGNORE\" is not one of RETRY, FAIL.")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, onCrash: retry }]", "steps[0].onCrash", "\"retry\" is not one of RETRY, FAIL; did you mean RETRY?")]
    [InlineData("name: A\nsteps: [{ name: B, type: x, retry: { backoff: 1 } }]", "steps[0].retry.backoff", "1 is not one of FIXED, EXPONENTIAL.")]
    // one trigger
    [InlineData("name: A\ntrigger: [{ type: MANUAL }]", "trigger", """[{"type":"MANUAL"}] is a list, but a flow has exactly one trigger; give one object, and a flow of its own to each further trigger.""")]
    [InlineData("name: A\ntrigger: { type: [SCHEDULE, WEBHOOK] }", "trigger.type", """["SCHEDULE","WEBHOOK"] is a list, but a flow has exactly one trigger; give SCHEDULE, WEBHOOK or MANUAL.""")]
    [InlineData("name: A\ntrigger: { type: RETRY }", "trigger.type", "\"RETRY\" is not one of SCHEDULE, WEBHOOK, MANUAL.")]
    [InlineData("name: A\ntrigger: SCHEDULE", "trigger", "\"SCHEDULE\" is not an object; give names and values.")]
    [InlineData("name: A\ntrigger: { type: SCHEDULE, catchUp: { window: soon } }", "trigger.catchUp.window", "\"soon\" is not a length of time; give a whole number and a unit, such as 250ms, 30s, 15m, 1h or 7d.")]
    // the whole
    [InlineData("[1, 2]", "body", "[1,2] is not an object; give names and values.")]
    [InlineData("just text", "body", "\"just text\" is not an object; give names and values.")]
    public void Definition_OneFault_NamesFieldValueAndWayOut(string yaml, string field, string message)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => FlowReader.Definition(Yaml(yaml)));

        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Equal([new FieldError(field, message)], refused.Details);
    }

    [Fact]
    public void Definition_ManyFaults_ReportsThemAll()
    {
        var refused = Assert.Throws<RequestRefusedException>(() => FlowReader.Definition(Yaml("""
            descripton: misspelt
            trigger: { type: SCHEDULE, overlap: NEVER }
            steps:
              - name: A
                type: x
                timeout: 5
              - type: y
                retry: { maxAttempts: "3" }
            """)));

        Assert.Equal(
            ["name", "trigger.overlap", "steps[0].timeout", "steps[1].name", "steps[1].retry.maxAttempts", "descripton"],
            refused.Details.Select(d => d.Field));
    }

    [Fact]
    public void Definition_MoreFaultsThanAnyoneReads_ReportsAHundred()
    {
        var steps = string.Join(",", Enumerable.Repeat("1", 5000));

        var refused = Assert.Throws<RequestRefusedException>(() => FlowReader.Definition(Json($$"""{ "name": "A", "steps": [{{steps}}] }""")));

        Assert.Equal(100, refused.Details.Length);
    }

    [Fact]
    public void Change_NullMember_IsRefused()
    {
        var refused = Assert.Throws<RequestRefusedException>(() => FlowReader.Change(Json("""{ "description": null }""")));

        Assert.Equal([new FieldError("description", "null changes nothing; leave the field out to keep it, or give its new value.")], refused.Details);
    }

    [Fact]
    public void Definition_InputWithQuotesAndUmlauts_IsKeptReadable()
    {
        var flow = FlowReader.Definition(Json("""{ "name": "A", "steps": [{ "name": "B", "type": "x", "input": { "q": "a < 'Gr\u00fc\u00dfe' + \"x\"" } }] }"""));

        Assert.Equal("""{"q":"a < 'Grüße' + \"x\""}""", flow.Steps[0].Input.ToString());
    }

    static FlowSource Yaml(string text) => FlowSource.Yaml(Encoding.UTF8.GetBytes(text));

    static FlowSource Json(string text) => FlowSource.Json(Encoding.UTF8.GetBytes(text));
}
