using System.Text;
using FlowRuns.Errors;
using FlowRuns.Json;

namespace FlowRuns.Grains.Tests;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{ "data": { "a": 1, "b": [{ "a": 1 }, { "a": 2 }] } }""")]
    [InlineData("""{ "data": "\ud83d\ude00 \u0041 \"" }""")]
    [InlineData("""{ "data": "😀" }""")]
    [InlineData("""[1, "two", null, true, 1e400]""")]
    public void Check_GoodText_Passes(string json) => StrictJson.Check(Encoding.UTF8.GetBytes(json));

    [Theory]
    // The same key twice, also when one of them is written with an escape.
    [InlineData("""{ "a": 1, "a": 2 }""", "a", "is there twice")]
    [InlineData("""{ "data": [1, { "x": { "k": 1, "\u006b": 2 } }] }""", "data[1].x.k", "is there twice")]
    // Half a surrogate pair.
    [InlineData("""{ "data": { "text": ["ok", "\ud800"] } }""", "data.text[1]", """holds half of a surrogate pair: \ud800""")]
    [InlineData("""{ "data": "\udc00\ud800" }""", "data", "holds half of a surrogate pair")]
    [InlineData("""{ "data": { "\ud800": 1 } }""", "data", "has a key that holds half")]
    [InlineData("""["\ud800"]""", "body[0]", "holds half of a surrogate pair")]
    // What JSON does not have.
    [InlineData("""{ "a": 1, }""", "body", "at line 1, byte 11:")]
    [InlineData("{ // comment\n}", "body", "at line 1, byte 3:")]
    [InlineData("{\n  \"a\": nope\n}", "body", "at line 2, byte 9:")]
    [InlineData("""{ "a": NaN }""", "body", "at line 1")]
    [InlineData("""{} {}""", "body", "at line 1, byte 4:")]
    [InlineData("""{ "a": 1""", "body", "at line 1")]
    [InlineData("\"a\u0001\"", "body", "at line 1")]
    public void Check_BadText_NamesPlaceAndFault(string json, string field, string fault)
    {
        var error = Refusal(Encoding.UTF8.GetBytes(json));

        Assert.Equal(field, error.Field);
        Assert.Contains(fault, error.Message);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "depth of 64")]
    [InlineData(100_000, "depth of 64")]
    public void Check_Nesting_HoldsAtSixtyFour(int depth, string? fault)
    {
        var json = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));

        if (fault is null)
            StrictJson.Check(json);
        else
            Assert.Contains(fault, Refusal(json).Message);
    }

    [Fact]
    public void Check_BadUtf8_IsRefused()
    {
        Assert.Equal(new FieldError("body", "is not valid UTF-8."), Refusal([(byte)'"', 0xC3, 0x28, (byte)'"']));
    }

    static FieldError Refusal(byte[] utf8)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => StrictJson.Check(utf8));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        return Assert.Single(refused.Details);
    }
}
