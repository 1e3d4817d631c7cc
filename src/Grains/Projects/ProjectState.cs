namespace FlowRuns.Projects;

/// <summary>What a project's grain persists. Connections are sealed, keys are absent.</summary>
[GenerateSerializer, Alias("flowruns.project-state")]
sealed class ProjectState
{
    [Id(0)]
    public ProjectSummary? Summary { get; set; }

    [Id(1)]
    public List<StoredApiKey> Keys { get; set; } = [];

    [Id(2)]
    public List<SealedConnection> Connections { get; set; } = [];

    /// <summary>On the default project: the others, oldest first.</summary>
    [Id(3)]
    public List<ProjectSummary> Projects { get; set; } = [];
}
