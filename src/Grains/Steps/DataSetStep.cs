using System.Collections.Immutable;
using FlowRuns.Json;

namespace FlowRuns.Steps;

/// <summary>Names values for later steps.</summary>
sealed class DataSetStep : IStep
{
    public string Type => "data.set";

    public string Description => "Sets values by name, for later steps to use.";

    public ImmutableArray<string> Connections => [];

    public bool HasEffects => false;

    public JsonData InputSchema { get; } = JsonSchemaText.Of("""{ "type": "object", "description": "The values, by any names." }""");

    public JsonData OutputSchema { get; } = JsonSchemaText.Of("""{ "type": "object", "description": "The input." }""");

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult<StepOutcome>(new StepOutcome.Succeeded(JsonData.Of(context.Input)));
}
