using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Errors;

namespace FlowRuns.Steps;

/// <summary>All step types by name.</summary>
sealed class StepCatalog(IEnumerable<IStep> steps)
{
    readonly Dictionary<string, IStep> _steps = steps.ToDictionary(s => s.Type);

    public IEnumerable<IStep> All => _steps.Values;

    public IStep? Find(string type) => _steps.GetValueOrDefault(type);

    public ImmutableArray<FieldError> CheckInput(IStep step, JsonElement input, string field, bool allowExpressions) =>
        _steps.ContainsKey(step.Type) ? [] : throw new ArgumentException($"'{step.Type}' is not in the catalog.", nameof(step));
}
