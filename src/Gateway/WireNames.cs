using System.Collections.Frozen;
using System.Text.Json;

namespace FlowRuns.Gateway;

/// <summary>How the members of an enum are written in JSON and in queries, taken from its JSON converter so that both agree.</summary>
static class WireNames<T>
    where T : struct, Enum
{
    static readonly T[] Values = Enum.GetValues<T>();

    static readonly FrozenDictionary<string, T> ByName = Values.ToFrozenDictionary(Of);

    public static string All { get; } = string.Join(", ", Values.Select(Of));

    public static string Of(T value) => JsonSerializer.SerializeToElement(value, ApiJson.TypeInfo<T>()).GetString()!;

    public static bool TryParse(string name, out T value) => ByName.TryGetValue(name, out value);
}
