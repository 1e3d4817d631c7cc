using System.Runtime.CompilerServices;
using System.Text.Json;
using FlowRuns.Expressions;
using FlowRuns.Json;
using FlowRuns.Steps;

namespace FlowRuns.Runs;

/// <summary>A step's input as far as it is the same for all runs of its version: the parsed template, and the value itself where no expression is in it.</summary>
sealed class PreparedInput
{
    // Definitions are shared by all runs of a version, so this is done once for as long as its flow is in memory.
    static readonly ConditionalWeakTable<StepDefinition, PreparedInput> Prepared = [];

    readonly Template _template;
    readonly (JsonElement Value, JsonData Json)? _constant;

    PreparedInput(StepDefinition step)
    {
        _template = Template.Parse(step.Input);
        if (_template is { IsConstant: true, Errors.IsEmpty: true })
            _constant = (step.Input.ToElement(), JsonData.Of(step.Input.ToElement()));
    }

    public bool HasScripts => _template.HasScripts;

    /// <summary>Whether the step's type has found nothing wrong with an input that never changes.</summary>
    public bool IsKnownToFit { get; private set; }

    public static PreparedInput Of(StepDefinition step) => Prepared.GetValue(step, static definition => new PreparedInput(definition));

    /// <exception cref="ExpressionException">An expression has no value.</exception>
    public (JsonElement Value, JsonData Json) Render(ExpressionScope scope, CancellationToken cancellationToken)
    {
        if (_constant is { } constant)
            return constant;

        var value = _template.Render(scope, cancellationToken);
        return (value, JsonData.Of(value));
    }

    public void Fits() => IsKnownToFit = _constant is not null;
}
