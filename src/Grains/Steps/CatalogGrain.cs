using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Projects;
using Orleans.Concurrency;

namespace FlowRuns.Steps;

[GrainType("catalog"), StatelessWorker, Reentrant]
sealed class CatalogGrain(StepCatalog catalog, TimeProvider clock) : Grain, ICatalogGrain
{
    public Task<ImmutableArray<Piece>> ListPiecesAsync() => Task.FromResult(catalog.All
        .Select(s => new Piece
        {
            Type = s.Type,
            Description = s.Description,
            Connections = s.Connections,
            InputSchema = s.InputSchema,
            OutputSchema = s.OutputSchema,
        })
        .ToImmutableArray());

    public async Task<ImmutableArray<FieldError>> ValidateAsync(ProjectId project, FlowDefinition definition)
    {
        var connections = definition.Trigger.Authentication?.Connection is not null || definition.Steps.Any(s => s.Connection is not null)
            ? await GrainFactory.GetGrain<IProjectGrain>(project.ToString()).ListConnectionsAsync()
            : [];
        return FlowValidation.Check(definition, catalog, connections.ToDictionary(c => c.Name, c => c.App), clock.GetUtcNow());
    }
}
