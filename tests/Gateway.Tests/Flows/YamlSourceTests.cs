using System.Diagnostics;
using System.Text;
using CsCheck;
using FlowRuns.Errors;
using FlowRuns.Gateway.Flows;

namespace FlowRuns.Gateway.Tests.Flows;

public sealed class YamlSourceTests
{
    [Theory]
    // null and flags: the core schema's spellings only
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("Null", "null")]
    [InlineData("True", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("no", "\"no\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("y", "\"y\"")]
    [InlineData("tRue", "\"tRue\"")]
    [InlineData("'true'", "\"true\"")]
    [InlineData("\"null\"", "\"null\"")]
    // numbers
    [InlineData("12", "12")]
    [InlineData("-7", "-7")]
    [InlineData("+7", "7")]
    [InlineData("0123", "123")]
    [InlineData("-00", "-0")]
    [InlineData("0o17", "15")]
    [InlineData("0xFF", "255")]
    [InlineData("0xFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("0b11", "\"0b11\"")]
    [InlineData("1.50", "1.50")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("-.5e+3", "-0.5e+3")]
    [InlineData("12345678901234567890123", "12345678901234567890123")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("2026-04-21", "\"2026-04-21\"")]
    [InlineData("30s", "\"30s\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("'12'", "\"12\"")]
    // tags of the core schema
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("! 12", "\"12\"")]
    [InlineData("!!int \"12\"", "12")]
    [InlineData("!!float 1", "1")]
    [InlineData("!!map { a: !!seq [1] }", "{\"a\":[1]}")]
    // structure and text
    [InlineData("\n  \"c d\": |-\n    x\n     y\n  e: [1, { b: ~ }]", "{\"c d\":\"x\\n y\",\"e\":[1,{\"b\":null}]}")]
    [InlineData("\"\\ud83d\\ude00 \\u00e4\"", "\"😀 ä\"")]
    [InlineData("[a, b: c]", "[\"a\",{\"b\":\"c\"}]")]
    [InlineData(">\n  one\n  two\n\n  three\n", "\"one two\\nthree\\n\"")]
    [InlineData("# comment\n  plain # and more", "\"plain\"")]
    [InlineData("{ << : x }", "{\"<<\":\"x\"}")]
    public void ToJson_Value_FollowsTheCoreSchema(string yaml, string json)
    {
        var read = YamlSource.ToJson("v: " + yaml);

        Assert.Equal($"{{\"v\":{json}}}", Encoding.UTF8.GetString(read.Span).Replace("\\uD83D\\uDE00", "😀"));
    }

    [Theory]
    // anchors and aliases
    [InlineData("a: &x 1", "a", "line 1, column 4: the anchor &x is not allowed")]
    [InlineData("a: *x", "a", "line 1, column 4: the alias *x is not allowed")]
    [InlineData("steps:\n  - name: A\n  - &s\n    name: B", "steps[1]", "line 3, column 5: the anchor &s is not allowed")]
    [InlineData("*a : 1", "body", "line 1, column 1: the alias *a is not allowed")]
    // tags
    [InlineData("a: !secret x", "a", "line 1, column 4: the tag !secret is not allowed; leave it out.")]
    [InlineData("a: !!binary aGk=", "a", "line 1, column 4: the tag tag:yaml.org,2002:binary is not allowed; leave it out.")]
    [InlineData("a: !!int x", "a", "line 1, column 4: x does not fit its tag int; leave the tag out.")]
    [InlineData("a: !!seq { b: 1 }", "a", "line 1, column 4: the tag tag:yaml.org,2002:seq is not allowed; leave it out.")]
    // keys
    [InlineData("a:\n  b: 1\n  c: 2\n  b: 3", "a.b", "line 4, column 3: the key b stands here more than once; keep one.")]
    [InlineData("a: { 1: x }", "a.1", "line 1, column 6: the key 1 is not text; put it in quotes.")]
    [InlineData("true: x", "true", "line 1, column 1: the key true is not text; put it in quotes.")]
    [InlineData("? [a, b]\n: 1", "body", "line 1, column 3: a key must be text.")]
    [InlineData("{ a: 1 }: 2", "body", "line 1, column 1: a key must be text.")]
    // what JSON cannot hold
    [InlineData("a: .inf", "a", "line 1, column 4: .inf has no place in JSON; give a number, or put it in quotes.")]
    [InlineData("a: [1, .NaN]", "a[1]", "line 1, column 8: .NaN has no place in JSON; give a number, or put it in quotes.")]
    [InlineData("a: 0x1FFFFFFFFFFFFFFFF", "a", "line 1, column 4: 0x1FFFFFFFFFFFFFFFF does not fit into 64 bits; put it in quotes to make it text.")]
    [InlineData("a: \"\\ud800\"", "a", "line 1, column 4: is not valid YAML: ")]
    // documents and syntax
    [InlineData("a: 1\n---\nb: 2", "body", "line 2, column 1: a second document begins here; send one flow at a time.")]
    [InlineData("a: [1, 2", "a[1]", "line 2, column 1: is not valid YAML: ")]
    [InlineData("a: 1\n b: 2", "a", "line 2, column 3: is not valid YAML: ")]
    [InlineData("steps:\n\t- a", "steps", "line 1, column 1: is not valid YAML: ")]
    [InlineData("", "body", "is required: a flow.")]
    [InlineData("# nothing but a comment", "body", "is empty; send a flow.")]
    public void Root_Refused_NamesPathLineAndColumn(string yaml, string field, string message)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => FlowSource.Yaml(Encoding.UTF8.GetBytes(yaml)).Root());

        Assert.Equal(field, refused.Details[0].Field);
        Assert.StartsWith(message, refused.Details[0].Message);
    }

    [Fact]
    public void Root_SeveralFaults_ReportsThemAll()
    {
        var refused = Assert.Throws<RequestRefusedException>(() => FlowSource.Yaml("a: &x 1\nb: *x\na: !no 3\nc: .nan"u8.ToArray()).Root());

        Assert.Equal(["a", "b", "a", "a", "c"], refused.Details.Select(d => d.Field));
    }

    [Fact]
    public void Root_Bomb_IsRefusedWithoutBeingExpanded()
    {
        var bomb = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var level = 1; level < 10; level++)
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refused = Assert.Throws<RequestRefusedException>(() => FlowSource.Yaml(Encoding.UTF8.GetBytes(bomb.ToString())).Root());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
        Assert.StartsWith("line 1, column 5: the anchor &a0 is not allowed", refused.Details[0].Message);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("&a ")]
    [InlineData("*a ")]
    [InlineData("! ")]
    [InlineData("\"")]
    [InlineData("'")]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("a: ")]
    [InlineData("\n")]
    [InlineData(" ")]
    [InlineData("#")]
    [InlineData("--- \n")]
    [InlineData("a:\n- ")]
    [InlineData("%TAG ! !\n")]
    [InlineData("|\n")]
    [InlineData("[],")]
    [InlineData("9")]
    public void Root_MegabyteOfOneThing_IsReadOrRefusedQuickly(string part)
    {
        var text = new StringBuilder("a: ");
        while (text.Length < 1024 * 1024)
            text.Append(part);
        var clock = Stopwatch.StartNew();

        _ = Record(text.ToString());

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Root_AnyText_IsReadOrRefused()
    {
        var pieces = Gen.OneOf("a", "1", ": ", "- ", "? ", "[", "]", "{", "}", ",", "&x ", "*x", "!t ", "|", ">", "'", "\"", "\n", "\n  ", "#", "%", "@", "`", "---", "...", "\t", "\\", "é", "😀", "\u0085", "\0");

        pieces.Array[0, 24].Select(string.Concat).Sample(text => Assert.True(Record(text) is null or RequestRefusedException, Record(text)?.ToString()), iter: 5000);
    }

    static Exception? Record(string yaml) => Xunit.Record.Exception(() => FlowSource.Yaml(Encoding.UTF8.GetBytes(yaml)).Root());
}
