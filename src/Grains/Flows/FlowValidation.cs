using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Flows;

/// <summary>Everything that keeps a definition from being saved, at once, each with the field as its author wrote it.</summary>
static class FlowValidation
{
    public const int MaxNameLength = 200;
    public const int MaxDescriptionLength = 2000;
    public const int MaxSteps = 100;

    /// <param name="connections">The project's connections: name and app.</param>
    public static ImmutableArray<FieldError> Check(FlowDefinition flow, StepCatalog catalog, IReadOnlyDictionary<string, string> connections, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        errors.CheckName("name", flow.Name);
        if (flow.Description is { Length: > MaxDescriptionLength } description)
            errors.Add("description", $"has {description.Length} characters, {MaxDescriptionLength} are allowed");

        TriggerValidation.Check(flow.Trigger, now, errors);
        if (flow.Trigger.Type == TriggerType.Webhook)
            WebhookValidation.Check(flow, connections, errors);
        if (flow.Steps.Length > MaxSteps)
            errors.Add("steps", $"a flow has at most {MaxSteps} steps, this one has {flow.Steps.Length}");
        else
            CheckSteps(flow.Steps, catalog, connections, errors);
        return errors.ToImmutable();
    }

    static void CheckSteps(ImmutableArray<StepDefinition> steps, StepCatalog catalog, IReadOnlyDictionary<string, string> connections, FieldErrors errors)
    {
        var names = new Dictionary<string, int>();
        var keys = new Dictionary<string, int>();
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            var field = $"steps[{i}]";
            errors.CheckName($"{field}.name", step.Name);
            if (!names.TryAdd(step.Name, i))
                errors.Add($"{field}.name", $"'{step.Name}' is the name of steps[{names[step.Name]}] too; each step needs its own");
            CheckKey(step.Key, $"{field}.key", errors);
            if (!keys.TryAdd(step.Key, i))
                errors.Add($"{field}.key", $"'{step.Key}' is the key of steps[{keys[step.Key]}] too; give one of them another key");
            StepValidation.Check(steps, i, catalog, connections, errors);
        }
    }

    static void CheckKey(string key, string field, FieldErrors errors)
    {
        if (!StepKey.IsValid(key) || key.Length > MaxNameLength)
            errors.Add(field, $"'{key}' is not a key: a letter or _, then letters, digits and _, at most {MaxNameLength}");
        else if (key == "trigger")
            errors.Add(field, "'trigger' is the trigger's own key; choose another");
    }
}
