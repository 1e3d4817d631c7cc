using System.Text.Json;
using FlowRuns.Projects;

namespace FlowRuns.Connections;

/// <summary>A connection in the clear. Lives in memory for as long as a step uses it; never stored, logged or sent.</summary>
sealed record Connection(ConnectionId Id, string Name, string App, JsonElement Value)
{
    public override string ToString() => $"{App} connection '{Name}'";
}
