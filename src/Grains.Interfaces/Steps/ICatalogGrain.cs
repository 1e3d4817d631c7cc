using System.Collections.Immutable;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Projects;

namespace FlowRuns.Steps;

/// <summary>What steps there are, and whether a definition fits them. Stateless: any key reaches a local worker.</summary>
[Alias("flowruns.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>All step types, by name.</summary>
    [Alias("list-pieces")]
    Task<ImmutableArray<Piece>> ListPiecesAsync();

    /// <summary>Everything that is wrong with a definition, empty when it could be saved in this project.</summary>
    [Alias("validate")]
    Task<ImmutableArray<FieldError>> ValidateAsync(ProjectId project, FlowDefinition definition);
}
