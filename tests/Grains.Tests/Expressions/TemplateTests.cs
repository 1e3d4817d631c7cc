using System.Text.Json;
using FlowRuns.Expressions;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Triggers;

namespace FlowRuns.Grains.Tests.Expressions;

public sealed class TemplateTests
{
    const string Body = """
        {"name":"Ada","n":9007199254740993,"d":1.10,"yes":true,"nothing":null,"list":[1,"two",{"three":3}],"o":{"a b":1,"length":7},"empty":"","emoji":"a😀b","__proto__":5,
         "braces":"{{ trigger.body.name }}"}
        """;

    [Theory]
    // A string that is one expression keeps the type, and numbers their digits.
    [InlineData("{{ trigger.body.name }}", "\"Ada\"")]
    [InlineData("{{trigger.body.n}}", "9007199254740993")]
    [InlineData("{{trigger.body.d}}", "1.10")]
    [InlineData("{{trigger.body.n ?? 0}}", "9007199254740993")]
    [InlineData("{{ trigger.body.list }}", """[1,"two",{"three":3}]""")]
    [InlineData("{{ trigger.body.nothing }}", "null")]
    [InlineData("{{ trigger.body.list[2].three }}", "3")]
    [InlineData("{{ trigger.body[\"o\"]['a b'] }}", "1")]
    [InlineData("{{ trigger.body.o.length }}", "7")]
    [InlineData("{{ trigger.body.list.length }}", "3")]
    [InlineData("{{ trigger.body.emoji.length }}", "4")]
    [InlineData("{{ trigger.body.name[1] }}", "\"d\"")]
    [InlineData("{{ trigger.body.__proto__ }}", "5")]
    // Others are joined.
    [InlineData(" {{ trigger.body.name }}", "\" Ada\"")]
    [InlineData("Hi {{ trigger.body.name }}, {{ trigger.body.n }}/{{ trigger.body.d }}/{{ trigger.body.yes }}", "\"Hi Ada, 9007199254740993/1.10/true\"")]
    [InlineData("[{{ trigger.body.nothing }}{{ trigger.body.empty }}]", "\"[]\"")]
    [InlineData("= {{ trigger.body.list }}", "\"= [1,\\\"two\\\",{\\\"three\\\":3}]\"")]
    // A result is never evaluated again.
    [InlineData("{{ trigger.body.braces }}", "\"{{ trigger.body.name }}\"")]
    [InlineData("{{ '{' + '{ trigger.body.name }' + '}' }}", "\"{{ trigger.body.name }}\"")]
    [InlineData("{{ \"{{\" }} x }}", "\"{{ x }}\"")]
    // The end of an expression is where JavaScript sees it.
    [InlineData("{{ {a:{b:1}}.a.b }}", "1")]
    [InlineData("{{ {a:{b:1}}}}", """{"a":{"b":1}}""")]
    [InlineData("{{ '}}' + `}}${ {a:'}}'}.a }` /* }} */ }}", "\"}}}}}}\"")]
    [InlineData("{{ /}}/.test('}}') }} {{ 1 }}", "\"true 1\"")]
    [InlineData("{{ 1 // one\n }}", "1")]
    // Scripts.
    [InlineData("{{ trigger.body.list.map(x => typeof x).join() }}", "\"number,string,object\"")]
    [InlineData("{{ trigger.body.name.toUpperCase() }}", "\"ADA\"")]
    [InlineData("{{ trigger.scheduledTime.slice(0, 10) }}", "\"2026-04-21\"")]
    [InlineData("{{ ((name, { a, ...rest }) => ({ name, a, rest }))(trigger.body.name, { a: 1, b: 2 }) }}", """{"name":"Ada","a":1,"rest":{"b":2}}""")]
    [InlineData("{{ trigger.body.list.map(run => run.three ?? run) }}", """[1,"two",3]""")]
    [InlineData("{{ ({ trigger }).trigger.body.name }}", "\"Ada\"")]
    [InlineData("{{ (x => { const steps = [x]; return steps[0] })(trigger.body.name) }}", "\"Ada\"")]
    [InlineData("{{ `${trigger.body.name} and ${1 + 1} and ${'x'}` }}", "\"Ada and 2 and x\"")]
    [InlineData("{{ trigger.body.list[1 + 1].three }}", "3")]
    [InlineData("{{ (() => { let s = ''; for (const x of trigger.body.list) s += typeof x; return s })() }}", "\"numberstringobject\"")]
    [InlineData("{{ 'a-b'.replace(/-/g, '+').replaceAll('a', '$&$&').padEnd(6, '.') }}", "\"aa+b..\"")]
    [InlineData("{{ 'a😀'.slice(0, 2) }}", "\"a\ufffd\"")]
    [InlineData("{{ JSON.stringify({ b: [1, { c: 2 }], a: 1 }, null, 1) }}", "\"{\\n \\\"b\\\": [\\n  1,\\n  {\\n   \\\"c\\\": 2\\n  }\\n ],\\n \\\"a\\\": 1\\n}\"")]
    [InlineData("{{ JSON.stringify({ b: 1, a: 2 }, ['a']) }}", "\"{\\\"a\\\":2}\"")]
    [InlineData("{{ [...new Set([1, 2]).union(new Set([2, 3])), ...new Set([1, 2, 3]).intersection(new Map([[3, 0], [2, 0]])), ...[1, 2, 3].values().drop(2)] }}", "[1,2,3,3,2,3]")]
    [InlineData("{{ new Date(0) }}", "\"1970-01-01T00:00:00.000Z\"")]
    // Where absence is fine.
    [InlineData("{{ trigger.body.x ?? 'd' }}", "\"d\"")]
    [InlineData("{{ trigger.body.x ?? trigger.body.y ?? trigger.body.name }}", "\"Ada\"")]
    [InlineData("{{ trigger.body.x?.y }}", "null")]
    [InlineData("{{ trigger.body.x?.y.z }}", "null")]
    [InlineData("{{ trigger.body.nothing?.y ?? 2 }}", "2")]
    [InlineData("{{ trigger.body.x?.map(x => x) }}", "null")]
    [InlineData("{{ (trigger.body.x ?? 'd').toUpperCase() }}", "\"D\"")]
    [InlineData("{{ typeof trigger.body.x }}", "\"undefined\"")]
    [InlineData("{{ trigger.body.x === undefined ? 'none' : 'some' }}", "\"none\"")]
    [InlineData("{{ trigger.body.x != null }}", "false")]
    [InlineData("[{{ trigger.body.x?.y }}]", "\"[]\"")]
    public void Render_Expression_GivesItsValue(string text, string expected)
    {
        Assert.Equal(expected, Render(text, Body).GetRawText().Replace("\\uFFFD", "\ufffd"));
    }

    [Theory]
    [InlineData("{{ trigger.body.x }}", "trigger.body has no 'x', it has name, n, d")]
    [InlineData("{{ 'a' + trigger.body.x }}", "trigger.body has no 'x'")]
    [InlineData("{{ trigger.body.x || 'd' }}", "trigger.body has no 'x'")]
    [InlineData("{{ trigger.body.x.y ?? 'd' }}", "trigger.body has no 'x'")]
    [InlineData("{{ (trigger.body.x.y) + 1 }}", "trigger.body has no 'x'")]
    [InlineData("{{ trigger.body.constructor }}", "trigger.body has no 'constructor'")]
    [InlineData("{{ '' + trigger.body.constructor }}", "trigger.body has no 'constructor'")]
    [InlineData("{{ trigger.body.list[3] }}", "trigger.body.list is an array of 3, it has no '3'")]
    [InlineData("{{ 1 + trigger.body.list[2 + 1] }}", "trigger.body.list[2 + 1] does not exist")]
    [InlineData("{{ trigger.body.list['0' + 2].nope }}", "trigger.body.list['0' + 2].nope")]
    [InlineData("{{ trigger.body.nothing.x }}", "trigger.body.nothing is null, it has no 'x'")]
    [InlineData("{{ trigger.body.name.x }}", "trigger.body.name is a string, it has no 'x'")]
    [InlineData("{{ steps.later.output.x }}", "step 'later' has no output here")]
    [InlineData("{{ trigger.body.name.nope() }}", "not a function")]
    [InlineData("{{ trigger.body.list.find(x => x === 5) }}", "undefined")]
    [InlineData("{{ trigger.body.name * 2 }}", "NaN")]
    [InlineData("{{ () => 1 }}", "function")]
    [InlineData("{{ (async () => 1)() }}", "promise")]
    [InlineData("{{ (() => { throw new Error('no such luck') })() }}", "no such luck")]
    public void Render_NoValue_NamesExpressionFieldAndReason(string text, string reason)
    {
        var error = Assert.Throws<ExpressionException>(() => Render(text, Body));

        Assert.Equal("text", error.Field);
        Assert.StartsWith($"{{{{ {error.Expression.Trim()} }}}} in input.text: ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Render_NoValueOfALongExpression_QuotesItsBeginning()
    {
        var expression = $"['{new string('x', 197)}🦊{new string('x', 100)}'].nope.nope";

        var error = Assert.Throws<ExpressionException>(() => Render($"{{{{ {expression} }}}}", Body));

        Assert.StartsWith($"{{{{ {expression[..199]}... }}}} in input.text: ", error.Message);
    }

    [Fact]
    public void Render_WholeInput_LeavesTheRestAsItIs()
    {
        var input = """{"a":[1,{"b":"{{ trigger.body.name }}","{{ key }}":1.50}],"c":"\u007b{ 1 }}","d":"é <>","e":{},"f":[]}""";

        var rendered = Template.Parse(Some.Json(input)).Render(Some.Scope(Body), CancellationToken.None);

        Assert.Equal("""{"a":[1,{"b":"Ada","{{ key }}":1.50}],"c":1,"d":"é <>","e":{},"f":[]}""", rendered.GetRawText());
    }

    [Fact]
    public void Render_StepsFlowAndRun_AreRead()
    {
        var scope = Some.Scope();
        scope.Add("query", Some.Json("""{"rowCount":5}"""));

        Assert.Equal("\"5 Daily Sales Report 3 2026-04-21T09:00:00Z\"", Render("{{ steps.query.output.rowCount }} {{ flow.name }} {{ flow.version }} {{ run.startTime }}", scope).GetRawText());
        Assert.Equal("""{"query":{"output":{"rowCount":5}}}""", Render("{{ steps }}", scope).GetRawText());
        Assert.Equal("""["query"]""", Render("{{ Object.keys(steps) }}", scope).GetRawText());
        Assert.Equal("""{"body":null,"scheduledTime":"2026-04-21T09:00:00Z"}""", Render("{{ trigger }}", scope).GetRawText());
        Assert.StartsWith("\"run_", Render("{{ run.id }}", scope).GetRawText());
        Assert.StartsWith("\"flow_", Render("{{ flow.id }}", scope).GetRawText());
    }

    [Fact]
    public void Render_ScheduledRun_HasItsDueTime()
    {
        var scope = new ExpressionScope(RunId.FirstAt(Some.Time), FlowId.New(Some.Time), "f", 1, new Trigger
        {
            Type = TriggerType.Schedule,
            Output = Some.Json("""{"scheduledTime":"2026-04-21T08:00:00Z"}"""),
            DueTime = Some.Time.AddHours(-1),
        });

        Assert.Equal("\"2026-04-21T08:00:00Z\"", Render("{{ trigger.scheduledTime }}", scope).GetRawText());
        Assert.Equal("""{"scheduledTime":"2026-04-21T08:00:00Z"}""", Render("{{ trigger }}", scope).GetRawText());
    }

    [Theory]
    [InlineData("{{ trigger. }}", "not a JavaScript expression")]
    [InlineData("{{ a; b }}", "not a JavaScript expression")]
    [InlineData("{{ }}", "nothing between")]
    [InlineData("{{ trigger.body", "has no }} after it")]
    [InlineData("{{ triger.body }}", "there is no 'triger'")]
    [InlineData("{{ System.IO.File.ReadAllText('/etc/passwd') }}", "there is no 'System'")]
    [InlineData("{{ 2n ** 10000000n }}", "big integers")]
    [InlineData("{{ import('fs') }}", "import is not available")]
    [InlineData("{{ trigger.body.x = 1 }}", "trigger.body.x cannot be changed")]
    [InlineData("{{ (() => { for (trigger.body.x of []); })() }}", "trigger.body.x cannot be changed")]
    [InlineData("{{ ([steps.a] = [1]) }}", "steps.a cannot be changed")]
    [InlineData("{{ delete trigger.body }}", "trigger.body cannot be changed")]
    public void Parse_WhatIsNotAnExpression_IsAnErrorThere(string text, string message)
    {
        var template = Template.Parse(Some.Json($$"""{"list":[{"a b":{{JsonSerializer.Serialize(text)}}}]}"""));

        var error = Assert.Single(template.Errors);
        Assert.Equal("list[0][\"a b\"]", error.Field);
        Assert.Contains(message, error.Message);
        Assert.Throws<ExpressionException>(() => template.Render(Some.Scope(), CancellationToken.None));
    }

    [Fact]
    public void Parse_DeepNesting_IsAnErrorAndNotTheEndOfTheProcess()
    {
        string[] deep =
        [
            "1" + string.Concat(Enumerable.Repeat("+1", 4900)), new string('[', 4800) + "1" + new string(']', 4800), string.Concat(Enumerable.Repeat("a=>", 3000)) + "1",
            string.Concat(Enumerable.Repeat("`${", 1900)) + "1" + string.Concat(Enumerable.Repeat("}`", 1900)), string.Concat(Enumerable.Repeat("!", 9000)) + "1",
            "trigger" + string.Concat(Enumerable.Repeat("[+1]", 2400)), string.Concat(Enumerable.Repeat("1?1:", 2400)) + "1",
        ];

        foreach (var text in deep)
            Assert.Contains("deep", Assert.Single(Template.Parse(Some.Json(JsonSerializer.Serialize("{{" + text + "}}"))).Errors).Message);
    }

    [Fact]
    public void Render_InputGetsTooDeep_IsAnExpressionError()
    {
        var deep = new string('[', 250) + new string(']', 250);
        var input = new string('[', 50) + "\"{{ trigger.body }}\"" + new string(']', 50);
        var template = Template.Parse(new Json.JsonData(System.Text.Encoding.UTF8.GetBytes(input)));
        var scope = Some.Scope();
        scope.Add("a", new Json.JsonData(System.Text.Encoding.UTF8.GetBytes(deep)));

        Assert.Throws<ExpressionException>(() => Template.Parse(Some.Json(input.Replace("trigger.body", "steps.a.output"))).Render(scope, CancellationToken.None));
        Assert.Equal(JsonValueKind.Array, template.Render(scope, CancellationToken.None).ValueKind);
    }

    [Fact]
    public void References_StepsInPathsAndScripts_AreSeen()
    {
        var template = Template.Parse(Some.Json("""
            {"a":"{{ steps.one.output }}","b":["{{ steps['two'].output.rows.map(r => steps.three.output[r]) }} {{ steps.four?.output ?? 1 }}"],
             "c":"{{ (steps => steps.not)({ not: 1 }) + Object.keys(steps).length }}"}
            """));

        Assert.Empty(template.Errors);
        Assert.Equal(["a:one", "b[0]:two", "b[0]:three", "b[0]:four"], template.References.Select(r => $"{r.Field}:{r.Key}"));
    }

    static JsonElement Render(string text, string body) => Render(text, Some.Scope(body));

    static JsonElement Render(string text, ExpressionScope scope)
    {
        var template = Template.Parse(Some.Json($$"""{"text":{{JsonSerializer.Serialize(text)}}}"""));
        Assert.Empty(template.Errors);
        return template.Render(scope, CancellationToken.None).GetProperty("text");
    }
}
