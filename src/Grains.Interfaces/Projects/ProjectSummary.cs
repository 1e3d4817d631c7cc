namespace FlowRuns.Projects;

[GenerateSerializer, Immutable, Alias("flowruns.project-summary")]
public sealed record ProjectSummary([property: Id(0)] ProjectId Id, [property: Id(1)] string Name, [property: Id(2)] DateTimeOffset Created);
