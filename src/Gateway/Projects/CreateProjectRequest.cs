namespace FlowRuns.Gateway.Projects;

sealed record CreateProjectRequest
{
    public string? Name { get; init; }
}
