using System.Text.Json;
using FlowRuns.Json;
using FlowRuns.Projects;

namespace FlowRuns.Connections;

/// <summary>A connection in the clear. Lives in memory for no longer than the sealed one that it was opened from; never stored, logged or sent.</summary>
sealed record Connection(ConnectionId Id, string Name, string App, JsonElement Value)
{
    SecretMask? _mask;

    /// <summary>Hides its secrets.</summary>
    public SecretMask Mask => _mask ??= SecretMask.Of([this]);

    public static Connection Open(SealedConnection connection, ProjectId project, SecretBox secrets)
    {
        var summary = connection.Summary;
        using var value = JsonDocument.Parse(secrets.Unseal(connection.Ciphertext, ContextOf(project, summary.Id)));
        return new Connection(summary.Id, summary.Name, summary.App, value.RootElement.Clone());
    }

    public static SealedConnection Seal(ConnectionSummary summary, JsonData value, ProjectId project, SecretBox secrets) =>
        new() { Summary = summary, Ciphertext = secrets.Seal(value.ToString(), ContextOf(project, summary.Id)) };

    // Bound to its place: a ciphertext moved to another project or connection does not open.
    static string ContextOf(ProjectId project, ConnectionId connection) => $"{project}/{connection}/value";

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

    /// <summary>The texts of a list in the value, empty when there is none.</summary>
    public IEnumerable<string> List(string member)
    {
        return Value.TryGetProperty(member, out var texts) && texts.ValueKind == JsonValueKind.Array
            ? texts.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!)
            : [];
    }

    public override string ToString() => $"{App} connection '{Name}'";
}
