using System.Text;
using FlowRuns.Errors;
using FlowRuns.Gateway.Flows;

namespace FlowRuns.Gateway.Tests.Flows;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{ "name": "A", "name": "B" }""", "name", "stands here more than once; keep one.")]
    [InlineData("""{ "steps": [{ "input": { "a": 1, "\u0061": 2 } }] }""", "steps[0].input.a", "stands here more than once; keep one.")]
    [InlineData("""{ "name": "\ud800" }""", "name", "holds half of a surrogate pair, which is no character; escape both halves or write the character itself.")]
    [InlineData("""{ "a": { "\udc00": 1 } }""", "a", "holds half of a surrogate pair, which is no character; escape both halves or write the character itself.")]
    [InlineData("""{ "a b": { "c": "x\u0000" } }""", "[\"a b\"].c", "holds the character \\u0000, which cannot be stored; leave it out.")]
    public void Parse_ReadableButAmbiguous_NamesThePlace(string json, string field, string message)
    {
        Assert.Equal([new FieldError(field, message)], Faults(json));
    }

    [Theory]
    [InlineData("{ \"name\": }", "line 1, column 11: is not valid JSON: ")]
    [InlineData("{\n  \"name\": \"A\",\n}", "line 3, column 1: is not valid JSON: ")]
    [InlineData("{} {}", "line 1, column 4: is not valid JSON: ")]
    [InlineData("// no\n{}", "line 1, column 1: is not valid JSON: ")]
    [InlineData("{ \"name\": \"A", "line 1, column 11: is not valid JSON: ")]
    public void Parse_NotJson_NamesLineAndColumn(string json, string start)
    {
        var fault = Assert.Single(Faults(json));

        Assert.Equal("body", fault.Field);
        Assert.StartsWith(start, fault.Message);
        Assert.DoesNotContain("LineNumber", fault.Message);
    }

    [Fact]
    public void Parse_64Levels_IsAllowed()
    {
        Assert.Empty(Faults(Nested(64)));
    }

    [Theory]
    [InlineData(65)]
    [InlineData(500_000)]
    public void Parse_MoreLevels_IsRefused(int depth)
    {
        Assert.EndsWith("nests deeper than 64 levels; make it flatter.", Assert.Single(Faults(Nested(depth))).Message);
    }

    static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    static IEnumerable<FieldError> Faults(string json)
    {
        try
        {
            FlowSource.Json(Encoding.UTF8.GetBytes(json)).Root();
            return [];
        }
        catch (RequestRefusedException refused)
        {
            return refused.Details;
        }
    }
}
