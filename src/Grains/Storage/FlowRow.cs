using FlowRuns.Flows;
using FlowRuns.Projects;

namespace FlowRuns.Storage;

/// <summary>A flow's entry in the list of flows; everything else about it is its grain's. <see cref="Deleted"/> marks one whose history is to be removed.</summary>
sealed record FlowRow(FlowId Id, ProjectId Project, FlowStatus Status, bool Deleted);
