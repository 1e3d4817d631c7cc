using System.Text.Json;
using CsCheck;
using FlowRuns.Expressions;

namespace FlowRuns.Grains.Tests.Expressions;

/// <summary>A path means the same by itself and inside a script, and what JavaScript says it means.</summary>
public sealed class PathPropertyTests
{
    static readonly Gen<string> Name = OneOf("a", "b", "a b", "length", "0", "1", "01", "constructor", "toString", "é", "__proto__", "\"");

    static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.Int[-1_000_000, 1_000_000].Select(i => i.ToString()),
        OneOf("null", "true", "false", "0", "-1.5", "1e3"),
        Gen.String[Gen.Char["ab{}é😀\"\\"], 0, 5].Select(s => JsonSerializer.Serialize(s.Replace("\ud83d", "").Replace("\ude00", ""))));

    static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Scalar
        : Gen.OneOf(
            Scalar,
            inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"),
            Gen.Select(Name, inner).Array[0, 4].Select(members => $"{{{string.Join(',', members.DistinctBy(m => m.Item1).Select(m => $"{JsonSerializer.Serialize(m.Item1)}:{m.Item2}"))}}}")));

    static readonly Gen<string> Segment = Gen.OneOf(
        OneOf(".a", ".b", ".length", "?.a", "?.b", ".constructor", "[0]", "[1]", "?.[0]", "[\"0\"]", ".__proto__"),
        Name.Select(n => $"[{JsonSerializer.Serialize(n)}]"));

    [Fact]
    public void Path_ByItselfAndInAScript_IsTheSame()
    {
        Gen.Select(Json, Segment.Array[0, 4]).Sample((json, segments) =>
        {
            var path = $"trigger.body{string.Concat(segments)}";

            AssertSame(Evaluate(path, json), Evaluate($"true ? {path} : 0", json));
        }, iter: 1500);
    }

    [Fact]
    public void Path_ToOwnData_IsWhatJavaScriptReads()
    {
        Gen.Select(Json, Segment.Array[0, 4]).Sample((json, segments) =>
        {
            var path = $"trigger.body{string.Concat(segments)}";
            var found = Evaluate(path, json);
            if (found.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
                return;

            AssertSame(found, Evaluate($"(data => data{string.Concat(segments)})(trigger.body)", json));
        }, iter: 1500);
    }

    static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    // Scripts order the members of objects their own way and write numbers in the shortest form.
    static void AssertSame(JsonElement one, JsonElement other)
    {
        var same = one.ValueKind == other.ValueKind && (one.ValueKind == JsonValueKind.Undefined || JsonElement.DeepEquals(one, other));
        Assert.True(same, $"{one.ValueKind} {one} is not {other.ValueKind} {other}");
    }

    // The value, undefined where there is none.
    static JsonElement Evaluate(string expression, string body)
    {
        var template = Template.Parse(Some.Json(JsonSerializer.Serialize($"{{{{ {expression} }}}}")));
        Assert.Empty(template.Errors);
        try
        {
            return template.Render(Some.Scope(body), CancellationToken.None);
        }
        catch (ExpressionException)
        {
            return default;
        }
    }
}
