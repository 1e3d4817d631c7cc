using System.Text;
using System.Text.Json;
using CsCheck;
using FlowRuns.Flows;
using FlowRuns.Gateway.Flows;

namespace FlowRuns.Gateway.Tests.Flows;

public sealed class FlowTextTests
{
    [Fact]
    public void Json_Flow_HasTheApisFieldsInOrder()
    {
        var json = Encoding.UTF8.GetString(FlowText.Json(FlowDocument.Of(SomeFlow.Detail(SomeFlow.Report))));

        Assert.Equal(
            """{"id":"flow_01jsbk6r5ze6v8hbc02n1m4fqx","name":"Daily Sales Report","description":"Totals of the day,\nposted every morning.","status":"ACTIVE","triggerType":"SCHEDULE","runCount":145,"successRate":98.6,"lastRun":"2026-04-21T09:00:00Z","created":"2026-04-01T08:30:00.250Z","updated":"2026-04-02T08:30:00Z","version":3"""
            + ""","trigger":{"type":"SCHEDULE","name":"Schedule Trigger","cron":"0 9 * * *","timeZone":"Europe/Berlin","catchUp":{"policy":"ONE","window":"1h"}}"""
            + ""","steps":[{"name":"Query Database","key":"query_database","type":"sql.query","connection":"sales","input":{"query":"select count(*) as \"rowCount\"\nfrom orders\nwhere placed_on < @day\n","parameters":{"day":"{{ trigger.scheduledTime.slice(0, 10) }}","limit":100},"single":true},"timeout":"30s"},"""
            + """{"name":"Send: yes","key":"send","type":"slack.sendMessage","input":{"channel":"#sales","tags":["on",[1,[]],{"a":{}}],"none":null},"retry":{"maxAttempts":3,"backoff":"EXPONENTIAL","initialDelay":"1s","maxDelay":"1m"},"onCrash":"FAIL"}]}""",
            json);
    }

    [Fact]
    public void Yaml_Flow_IsCleanBlockStyle()
    {
        var yaml = FlowText.Yaml(FlowDocument.Of(SomeFlow.Detail(SomeFlow.Report)));

        Assert.Equal(
            """
            id: flow_01jsbk6r5ze6v8hbc02n1m4fqx
            name: Daily Sales Report
            description: |-
              Totals of the day,
              posted every morning.
            status: ACTIVE
            triggerType: SCHEDULE
            runCount: 145
            successRate: 98.6
            lastRun: "2026-04-21T09:00:00Z"
            created: "2026-04-01T08:30:00.250Z"
            updated: "2026-04-02T08:30:00Z"
            version: 3
            trigger:
              type: SCHEDULE
              name: Schedule Trigger
              cron: "0 9 * * *"
              timeZone: Europe/Berlin
              catchUp:
                policy: ONE
                window: 1h
            steps:
              - name: Query Database
                key: query_database
                type: sql.query
                connection: sales
                input:
                  query: |
                    select count(*) as "rowCount"
                    from orders
                    where placed_on < @day
                  parameters:
                    day: "{{ trigger.scheduledTime.slice(0, 10) }}"
                    limit: 100
                  single: true
                timeout: 30s
              - name: "Send: yes"
                key: send
                type: slack.sendMessage
                input:
                  channel: "#sales"
                  tags:
                    - "on"
                    - - 1
                      - []
                    - a: {}
                  none: null
                retry:
                  maxAttempts: 3
                  backoff: EXPONENTIAL
                  initialDelay: 1s
                  maxDelay: 1m
                onCrash: FAIL

            """.ReplaceLineEndings("\n"),
            yaml);
    }

    [Fact]
    public void Json_AnyFlow_ReadsBackAsTheSame()
    {
        SomeFlow.Definition.Sample(flow => AssertSame(flow, FlowReader.Definition(FlowSource.Json(FlowText.Json(FlowDocument.Of(SomeFlow.Detail(flow)))))));
    }

    [Fact]
    public void Yaml_AnyFlow_ReadsBackAsTheSame()
    {
        SomeFlow.Definition.Sample(
            flow =>
            {
                var yaml = FlowText.Yaml(FlowDocument.Of(SomeFlow.Detail(flow)));
                AssertSame(flow, FlowReader.Definition(FlowSource.Yaml(Encoding.UTF8.GetBytes(yaml))));
            },
            iter: 1000);
    }

    [Fact]
    public void Yaml_AnyText_ReadsBackAsTheSame()
    {
        SomeFlow.Text.Sample(
            text =>
            {
                var json = JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["top"] = new[] { text }, [text] = text });

                var read = FlowSource.Yaml(Encoding.UTF8.GetBytes(YamlWriter.Write(json))).Root();

                Assert.True(JsonElement.DeepEquals(json, read), YamlWriter.Write(json));
            },
            iter: 5000);
    }

    static void AssertSame(FlowDefinition expected, FlowDefinition actual)
    {
        Assert.Equal(expected with { Steps = actual.Steps }, actual);
        Assert.Equal(expected.Steps.Length, actual.Steps.Length);
        foreach (var (before, after) in expected.Steps.Zip(actual.Steps))
        {
            Assert.Equal(before with { Input = after.Input }, after);
            Assert.True(JsonElement.DeepEquals(before.Input.ToElement(), after.Input.ToElement()), $"{before.Input} became {after.Input}");
        }
    }
}
