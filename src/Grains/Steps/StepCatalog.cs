using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using FlowRuns.Errors;

namespace FlowRuns.Steps;

/// <summary>All step types by name.</summary>
sealed class StepCatalog
{
    readonly FrozenDictionary<string, (IStep Step, Lazy<InputSchema> Schema)> _steps;

    public StepCatalog(IEnumerable<IStep> steps)
    {
        All = [.. steps.OrderBy(step => step.Type, StringComparer.Ordinal)];
        var twice = All.Zip(All.Skip(1)).FirstOrDefault(pair => pair.First.Type == pair.Second.Type);
        if (twice != default)
            throw new InvalidOperationException($"Two step types have the name '{twice.First.Type}': {twice.First.GetType().Name} and {twice.Second.GetType().Name}.");
        _steps = All.ToFrozenDictionary(step => step.Type, step => (step, new Lazy<InputSchema>(() => new InputSchema(step.InputSchema))));
    }

    public IEnumerable<IStep> All { get; }

    public IStep? Find(string type) => _steps.TryGetValue(type, out var found) ? found.Step : null;

    /// <summary>What is wrong with an input, each with its place below <paramref name="field"/> (<c>steps[1].input</c>).</summary>
    /// <param name="allowExpressions">Whether a text that holds <c>{{</c> fits wherever any value is wanted: what it will evaluate to is not known yet.</param>
    public ImmutableArray<FieldError> CheckInput(IStep step, JsonElement input, string field, bool allowExpressions) =>
        _steps[step.Type].Schema.Value.Check(input, field, allowExpressions);
}
