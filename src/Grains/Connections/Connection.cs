using System.Text.Json;
using FlowRuns.Projects;

namespace FlowRuns.Connections;

/// <summary>A connection in the clear. Lives in memory for as long as a step uses it; never stored, logged or sent.</summary>
sealed record Connection(ConnectionId Id, string Name, string App, JsonElement Value)
{
    public bool AllowsWrites => Value.TryGetProperty("allowWrites", out var allow) && allow.ValueKind == JsonValueKind.True;

    /// <summary>A text member of the value, or null.</summary>
    public string? Find(string member) => Value.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    /// <summary>An object member of the value as name and text, empty when there is none.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts(string member)
    {
        return Value.TryGetProperty(member, out var texts) && texts.ValueKind == JsonValueKind.Object
            ? texts.EnumerateObject().Where(text => text.Value.ValueKind == JsonValueKind.String).Select(text => KeyValuePair.Create(text.Name, text.Value.GetString()!))
            : [];
    }

    public override string ToString() => $"{App} connection '{Name}'";
}
