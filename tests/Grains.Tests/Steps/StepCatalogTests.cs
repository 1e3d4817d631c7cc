using System.Text;
using System.Text.Json;
using FlowRuns.Connections;
using FlowRuns.Json;
using FlowRuns.Steps;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FlowRuns.Grains.Tests;

public sealed class StepCatalogTests
{
    static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, string? (setting) => setting.Value)).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddSteps().BuildServiceProvider();
    }

    static List<string> Check(string type, string input, bool allowExpressions = true)
    {
        using var services = Services();
        var catalog = services.GetRequiredService<StepCatalog>();
        return [.. catalog.CheckInput(catalog.Find(type)!, new JsonData(Encoding.UTF8.GetBytes(input)).ToElement(), "steps[1].input", allowExpressions).Select(error => $"{error.Field} {error.Message}")];
    }

    [Fact]
    public void Catalog_Registered_HasEveryTypeByName()
    {
        using var services = Services();
        var catalog = services.GetRequiredService<StepCatalog>();

        Assert.Equal(["data.set", "http.request", "slack.sendMessage", "sql.query", "text.format", "webhook.respond"], catalog.All.Select(step => step.Type));
        Assert.All(catalog.All, step => Assert.Same(step, catalog.Find(step.Type)));
        Assert.All(catalog.All, step => Assert.Equal(JsonValueKind.Object, step.OutputSchema.ToElement().ValueKind));
        Assert.Null(catalog.Find("SQL.query"));
        Assert.NotNull(services.GetRequiredService<ConnectionProbe>());
    }

    [Fact]
    public void Catalog_TwoOfOneName_IsRefused()
    {
        Assert.Contains("'data.set'", Assert.Throws<InvalidOperationException>(() => new StepCatalog([new DataSetStep(), new TextFormatStep(), new DataSetStep()])).Message);
    }

    [Theory]
    [InlineData("http.request", """{ "url": "https://example.com", "method": "POST", "headers": { "A.B": "c", "n": 1 }, "query": { "l": [1, "a"] }, "body": { "any": [1] } }""")]
    [InlineData("http.request", """{ "url": "{{ u }}", "method": "{{ m }}", "headers": "{{ h }}", "failOnError": "{{ f }}", "maxResponseBytes": "{{ n }}", "query": { "a": "{{ q }}" } }""")]
    [InlineData("sql.query", """{ "query": "select @a", "parameters": { "a": { "deep": [null] } }, "single": true, "maxRows": 100000 }""")]
    [InlineData("slack.sendMessage", """{ "channel": "#a", "text": "{{ t }}", "blocks": ["{{ b }}", { "type": "x" }] }""")]
    [InlineData("text.format", """{ "any": "thing", "n": 1 }""")]
    [InlineData("data.set", """{}""")]
    public void Input_OfItsSchema_Fits(string type, string input)
    {
        Assert.Empty(Check(type, input));
    }

    [Theory]
    [InlineData("http.request", "{}", "steps[1].input.url is required. A URL of http or https")]
    [InlineData("http.request", """{ "url": "x", "method": "FETCH" }""", "steps[1].input.method \"FETCH\" is none of GET, HEAD, POST")]
    [InlineData("http.request", """{ "url": "x", "metod": "GET" }""", "steps[1].input.metod is not known here: possible are url, method")]
    [InlineData("http.request", """{ "url": 5 }""", "steps[1].input.url 5 is not a string.")]
    [InlineData("http.request", """{ "url": "" }""", "steps[1].input.url \"\" is shorter than 1 characters.")]
    [InlineData("http.request", """{ "url": "x", "maxResponseBytes": 0 }""", "steps[1].input.maxResponseBytes 0 is below 1.")]
    [InlineData("http.request", """{ "url": "x", "headers": { "a.b": [1] } }""", "steps[1].input.headers['a.b'] [1] ")]
    [InlineData("http.request", """{ "url": "x", "headers": "h" }""", "steps[1].input.headers \"h\" is not an object.")]
    [InlineData("sql.query", """{ "query": "x", "parameters": { "a b": 1 } }""", "steps[1].input.parameters.a b is not a possible name: names match ^[A-Za-z_][A-Za-z0-9_]*$.")]
    [InlineData("sql.query", """{ "query": "x", "maxRows": 100001 }""", "steps[1].input.maxRows 100001 is above 100000.")]
    [InlineData("sql.query", """{ "query": "x", "maxRows": 1.5 }""", "steps[1].input.maxRows 1.5 is not an integer.")]
    [InlineData("slack.sendMessage", """{ "channel": "#a", "text": "t", "blocks": [{}, 1] }""", "steps[1].input.blocks[1] 1 is not an object.")]
    [InlineData("text.format", "[]", "steps[1].input [] is not an object.")]
    public void Input_OutsideItsSchema_NamesFieldValueAndWayOut(string type, string input, string expected)
    {
        Assert.StartsWith(expected, Assert.Single(Check(type, input)));
    }

    [Fact]
    public void Input_LongValue_IsNotQuotedInPart()
    {
        var error = Assert.Single(Check("http.request", $$"""{ "url": "x", "method": "secret{{new string('x', 80)}}" }"""));

        Assert.StartsWith("steps[1].input.method a value of 88 characters is none of GET, HEAD", error);
    }

    [Fact]
    public void Input_ExpressionsEvaluated_HaveToFitThemselves()
    {
        Assert.Single(Check("http.request", """{ "url": "x", "maxResponseBytes": "{{ n }}" }""", allowExpressions: false));
    }

    [Fact]
    public void Input_NestedDeeply_IsReadAll()
    {
        var deep = $"{new string('[', 200)}{new string(']', 200)}";

        Assert.Empty(Check("data.set", $$"""{ "a": {{deep}} }"""));
    }

    [Theory]
    [InlineData("FlowRuns:Steps:SqlMaxRows", "0", "FlowRuns:Steps:SqlMaxRows is 0; it must be 1 to 100000.")]
    [InlineData("FlowRuns:Steps:SqlPoolIdle", "2.00:00:00", "FlowRuns:Steps:SqlPoolIdle is 2.00:00:00; it must be 00:00:01 to 1.00:00:00.")]
    [InlineData("FlowRuns:Steps:SqlMaxBytes", "many", "FlowRuns:Steps:SqlMaxBytes")]
    public void Options_OutsideTheirRange_NameKeyAndRange(string key, string value, string expected)
    {
        using var services = Services((key, value));

        Assert.Contains(expected, Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IOptions<StepsOptions>>().Value).Message);
    }

    [Fact]
    public void EgressAllow_ListOrTextWithCommas_IsRead()
    {
        using var list = Services(("FlowRuns:Egress:Allow:0", "10.0.0.0/8"), ("FlowRuns:Egress:Allow:1", "a:80"));
        using var text = Services(("FlowRuns:Egress:Allow", "10.0.0.0/8, a:80"));

        Assert.Equal(["10.0.0.0/8", "a:80"], list.GetRequiredService<IOptions<EgressOptions>>().Value.Allow);
        Assert.Equal(["10.0.0.0/8", "a:80"], text.GetRequiredService<IOptions<EgressOptions>>().Value.Allow);
    }

    [Fact]
    public async Task TextFormat_ValuesOfAnyType_BecomeTexts()
    {
        var output = (await new TextFormatStep().ExecuteAsync(SomeConnection.Context(new { reportText = "Grüße \"x\"", n = 12.5m, o = new { a = new[] { 1 } }, b = true, z = (string?)null }), CancellationToken.None)).Output();

        Assert.Equal("""{"reportText":"Grüße \"x\"","n":"12.5","o":"{\"a\":[1]}","b":"true","z":""}""", output.GetRawText());
    }

    [Fact]
    public async Task DataSet_AnyObject_IsTheOutput()
    {
        var output = (await new DataSetStep().ExecuteAsync(SomeConnection.Context(new { a = new { b = 1.50m } }), CancellationToken.None)).Output();

        Assert.Equal("""{"a":{"b":1.50}}""", output.GetRawText());
    }
}
