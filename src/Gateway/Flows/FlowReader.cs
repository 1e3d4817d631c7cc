using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Flows;
using FlowRuns.Steps;
using FlowRuns.Triggers;

namespace FlowRuns.Gateway.Flows;

/// <summary>Reads a flow's definition, or a change of it, and fills in the defaults.</summary>
/// <remarks>Looks at shape and types; whether a cron expression, a step type or a reference means something, the grains tell.</remarks>
static class FlowReader
{
    /// <summary>What an answer shows besides the definition. It may stand in a body, so that an answer can be edited and sent back, and changes nothing.</summary>
    static readonly string[] ReadOnly = ["id", "status", "triggerType", "runCount", "successRate", "lastRun", "created", "updated", "version"];

    /// <exception cref="Errors.RequestRefusedException">With all that is wrong.</exception>
    public static FlowDefinition Definition(FlowSource source)
    {
        var errors = new FieldErrors();
        var definition = Definition(source, errors);
        errors.ThrowIfAny();
        return definition!;
    }

    /// <summary>The definition, not to be used when there are <paramref name="errors"/>.</summary>
    /// <exception cref="Errors.RequestRefusedException">The text is not JSON or YAML, or in a form that is refused whatever it says.</exception>
    public static FlowDefinition? Definition(FlowSource source, FieldErrors errors) =>
        ObjectFields.Of(source.Root(), "", errors) is { } flow ? Definition(flow, errors) : null;

    /// <exception cref="Errors.RequestRefusedException">With all that is wrong.</exception>
    public static FlowChange Change(FlowSource source)
    {
        var errors = new FieldErrors();
        var change = ObjectFields.Of(source.Root(), "", errors) is { } flow ? Change(flow, errors) : null;
        errors.ThrowIfAny();
        return change!;
    }

    static FlowDefinition Definition(ObjectFields flow, FieldErrors errors)
    {
        var definition = new FlowDefinition
        {
            Name = flow.RequiredText("name", "Daily Sales Report"),
            Description = flow.Text("description"),
            Trigger = TriggerReader.Read(flow, errors) ?? TriggerReader.Manual,
            Steps = Steps(flow, errors) ?? [],
        };
        flow.RefuseOthers(ReadOnly);
        return definition;
    }

    static FlowChange Change(ObjectFields flow, FieldErrors errors)
    {
        foreach (var name in (ReadOnlySpan<string>)["name", "description", "trigger", "steps"])
        {
            if (flow.IsNull(name))
                errors.Add(name, "null changes nothing; leave the field out to keep it, or give its new value.");
        }

        var change = new FlowChange
        {
            Name = flow.Text("name"),
            Description = flow.Text("description"),
            Trigger = TriggerReader.Read(flow, errors),
            Steps = Steps(flow, errors),
        };
        flow.RefuseOthers(ReadOnly);
        return change;
    }

    static ImmutableArray<StepDefinition>? Steps(ObjectFields flow, FieldErrors errors)
    {
        const string Steps = "steps";
        if (flow.Find(Steps) is not { } steps)
            return null;
        if (steps.ValueKind == JsonValueKind.Array)
            return [.. steps.EnumerateArray().Select((step, index) => StepReader.Read(step, $"{Steps}[{index}]", errors))];

        flow.Refuse(Steps, steps, "is not a list; give the steps in their order.");
        return null;
    }
}
