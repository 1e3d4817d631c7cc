using System.Text.Json;
using FlowRuns.Json;
using FlowRuns.Steps;

namespace FlowRuns.Gateway.Flows;

static class StepReader
{
    public static StepDefinition Read(JsonElement value, string path, FieldErrors errors)
    {
        if (ObjectFields.Of(value, path, errors) is not { } step)
            return new StepDefinition { Key = "", Name = "", Type = "" };

        var name = step.RequiredText("name", "Query Database");
        var definition = new StepDefinition
        {
            Name = name,
            Key = step.Text("key") ?? StepKey.FromName(name),
            Type = step.RequiredText("type", "sql.query"),
            Connection = step.Text("connection"),
            Input = Input(step),
            Retry = step.Fields("retry") is { } retry ? Retry(retry) : null,
            Timeout = step.Duration("timeout"),
            OnCrash = step.Choice<CrashPolicy>("onCrash"),
        };
        step.RefuseOthers();
        return definition;
    }

    static JsonData Input(ObjectFields step)
    {
        const string Input = "input";
        if (step.Find(Input) is not { } input)
            return JsonData.EmptyObject;
        if (input.ValueKind == JsonValueKind.Object)
            return JsonData.Of(input);

        step.Refuse(Input, input, "is not an object; give the step's settings by name.");
        return JsonData.EmptyObject;
    }

    static RetryPolicy Retry(ObjectFields fields)
    {
        var policy = new RetryPolicy();
        policy = policy with
        {
            MaxAttempts = fields.Whole("maxAttempts") ?? policy.MaxAttempts,
            Backoff = fields.Choice<Backoff>("backoff") ?? policy.Backoff,
            InitialDelay = fields.Duration("initialDelay") ?? policy.InitialDelay,
            MaxDelay = fields.Duration("maxDelay") ?? policy.MaxDelay,
        };
        fields.RefuseOthers();
        return policy;
    }
}
