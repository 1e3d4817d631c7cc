using System.Text;
using System.Text.Json;
using FlowRuns.Expressions;
using FlowRuns.Flows;
using FlowRuns.Json;
using FlowRuns.Runs;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Grains.Tests;

/// <summary>Valid data of every kind; a test says only what matters to it.</summary>
static class Some
{
    public static readonly DateTimeOffset Time = DateTimeOffset.Parse("2026-04-21T09:00:00Z");

    public static JsonData Json(string json) => new(Encoding.UTF8.GetBytes(JsonDocument.Parse(json).RootElement.GetRawText()));

    public static FlowDefinition Flow(params StepDefinition[] steps) =>
        new() { Name = "Daily Sales Report", Trigger = ManualTrigger(), Steps = [.. steps] };

    public static StepDefinition Step(string name, string input = "{}", string type = "data.set") =>
        new() { Key = StepKey.FromName(name), Name = name, Type = type, Input = Json(input) };

    public static TriggerDefinition ManualTrigger() => new() { Type = TriggerType.Manual, Name = "Manual Trigger" };

    public static TriggerDefinition Schedule(string? cron = "0 9 * * *", string? timeZone = null) =>
        new() { Type = TriggerType.Schedule, Name = "Schedule Trigger", Cron = cron, TimeZone = timeZone };

    public static TriggerDefinition Webhook(WebhookAuthentication? authentication = null) => new() { Type = TriggerType.Webhook, Name = "Webhook Trigger", Authentication = authentication };

    /// <summary>What the expressions of a run started by hand with this data see.</summary>
    public static ExpressionScope Scope(string body = "null") =>
        new(RunId.FirstAt(Time), FlowId.New(Time), "Daily Sales Report", 3, new Trigger { Type = TriggerType.Manual, Output = Json($$"""{"body":{{body}}}""") });
}
