using System.Text.Json;

namespace FlowRuns.Connections;

/// <summary>A member of a connection's value. <paramref name="Problem"/> says what is wrong with what was given, null when nothing is.</summary>
sealed record ConnectionMember(string Name, Func<JsonElement, string?> Problem, bool Required = false);
