using System.Collections.Immutable;
using System.Text.Json;

namespace FlowRuns.Expressions;

/// <summary>A path into what a run knows: one of the four roots, and names and indexes below it.</summary>
sealed record DataPath(string Root, ImmutableArray<PathSegment> Segments)
{
    public static ImmutableArray<string> Roots { get; } = ["trigger", "steps", "flow", "run"];

    bool HasOptional => Segments.Any(s => s.Optional);

    /// <summary>The value, or <c>default</c> where nothing is there and that is fine: because of a <c>?.</c>, or because the last segment <paramref name="mayBeAbsent"/>.</summary>
    public JsonElement Find(ExpressionScope scope, ExpressionSource source, bool mayBeAbsent)
    {
        var value = scope.Find(this, out var used);
        for (; used < Segments.Length; used++)
        {
            var present = value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
            if (!present && Segments[used].Optional)
                return default;
            if (!present)
                throw source.Failure(Missing(scope, used, value));
            value = Segments[used].Find(value);
        }

        if (value.ValueKind == JsonValueKind.Undefined && !mayBeAbsent && !HasOptional)
            throw source.Failure(Missing(scope, Segments.Length, value));
        return value;
    }

    public override string ToString() => Prefix(Segments.Length);

    string Prefix(int count) => Root + string.Concat(Segments.Take(count).Select(s => s.ToString()));

    string Missing(ExpressionScope scope, int reached, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return $"{Prefix(reached)} is null, it has no '{Segments[reached].Name}'";

        var parent = new DataPath(Root, Segments[..(reached - 1)]);
        var name = Segments[reached - 1].Name;
        if (Root == "steps" && reached == 1)
            return $"step '{name}' has no output here";
        return $"{parent} {Describe(parent.Find(scope, new ExpressionSource("", ""), mayBeAbsent: true), name)}";
    }

    static string Describe(JsonElement parent, string name)
    {
        const int Shown = 10;
        switch (parent.ValueKind)
        {
            case JsonValueKind.Array:
                return $"is an array of {parent.GetArrayLength()}, it has no '{name}'";
            case JsonValueKind.Object:
                var names = parent.EnumerateObject().Select(p => p.Name).Take(Shown + 1).ToList();
                var more = names.Count > Shown ? ", ..." : "";
                return names.Count == 0 ? $"is empty, it has no '{name}'" : $"has no '{name}', it has {string.Join(", ", names.Take(Shown))}{more}";
            case JsonValueKind.String:
                return $"is a string, it has no '{name}'";
            case JsonValueKind.Number:
                return $"is a number, it has no '{name}'";
            default:
                return $"is {parent.GetRawText()}, it has no '{name}'";
        }
    }
}
