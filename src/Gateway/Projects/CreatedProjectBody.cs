using FlowRuns.Projects;

namespace FlowRuns.Gateway.Projects;

/// <summary>A new project with its first admin key, which is shown here only.</summary>
sealed record CreatedProjectBody(ProjectId Id, string Name, DateTimeOffset Created, string Key);
