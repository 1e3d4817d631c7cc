using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlowRuns.Gateway.Tests.Description;

public sealed partial class ApiDescriptionTests : IAsyncLifetime
{
    EdgeApplication _app = null!;
    JsonElement _document;

    public async ValueTask InitializeAsync()
    {
        _app = await EdgeApplication.StartAsync();
        _document = JsonElement.Parse(await _app.Client.GetStringAsync("/openapi/v1.json"));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Paths_AndMethods_AreTheApprovedOnes()
    {
        var approved = Path.Combine(AppContext.BaseDirectory, "Description", "operations.approved.txt");

        var actual = string.Concat(Operations().Select(o => $"{o.Method} {o.Path} {o.Operation.GetProperty("operationId")}\n").Order(StringComparer.Ordinal));

        Assert.Equal((await File.ReadAllTextAsync(approved)).ReplaceLineEndings("\n"), actual);
    }

    [Fact]
    public void Operation_Each_HasAnIdOfItsOwnATagAndASummary()
    {
        Assert.All(Operations(), o =>
        {
            Assert.NotEmpty(o.Operation.GetProperty("operationId").GetString()!);
            Assert.NotEmpty(o.Operation.GetProperty("summary").GetString()!);
            Assert.Contains(o.Operation.GetProperty("tags")[0].GetString(), _document.GetProperty("tags").EnumerateArray().Select(t => t.GetProperty("name").GetString()));
        });
        Assert.Distinct(Operations().Select(o => o.Operation.GetProperty("operationId").GetString()));
    }

    [Fact]
    public void Operation_Each_HasTheErrorAnswers()
    {
        Assert.All(Operations(), o =>
        {
            string[] expected = o.Path.Contains('{') ? ["401", "403", "404", "429", "500", "503", "504"] : ["401", "403", "429", "500", "503", "504"];
            var responses = o.Operation.GetProperty("responses");
            Assert.Subset(responses.EnumerateObject().Select(r => r.Name).ToHashSet(), expected.ToHashSet());
            Assert.All(expected, status => Assert.Equal($"#/components/responses/Error{status}", responses.GetProperty(status).GetProperty("$ref").GetString()));
        });
    }

    [Theory]
    [InlineData("400", "VALIDATION_ERROR")]
    [InlineData("401", "UNAUTHORIZED")]
    [InlineData("403", "FORBIDDEN")]
    [InlineData("404", "NOT_FOUND")]
    [InlineData("409", "CONFLICT")]
    [InlineData("429", "RATE_LIMIT_EXCEEDED")]
    [InlineData("500", "INTERNAL_ERROR")]
    [InlineData("503", "SERVICE_UNAVAILABLE")]
    [InlineData("504", "GATEWAY_TIMEOUT")]
    public void ErrorAnswer_Example_HasTheApisCode(string status, string code)
    {
        var content = _document.GetProperty("components").GetProperty("responses").GetProperty($"Error{status}").GetProperty("content").GetProperty("application/json");

        Assert.Equal(code, content.GetProperty("example").GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("#/components/schemas/ErrorBody", content.GetProperty("schema").GetProperty("$ref").GetString());
    }

    [Fact]
    public void Operation_EachBody_HasASchemaAndAnExample()
    {
        Assert.All(Operations(), o =>
        {
            var bodies = o.Operation.GetProperty("responses").EnumerateObject().Where(r => r.Name[0] == '2').Select(r => r.Value).ToList();
            if (o.Operation.TryGetProperty("requestBody", out var request))
                bodies.Add(request);

            Assert.NotEmpty(bodies);
            Assert.All(bodies.Where(b => b.TryGetProperty("content", out _)).SelectMany(b => b.GetProperty("content").EnumerateObject()), content =>
            {
                Assert.True(content.Value.TryGetProperty("schema", out _), o.Path);
                Assert.True(content.Value.TryGetProperty("example", out _), o.Path);
            });
        });
    }

    [Fact]
    public void References_All_LeadSomewhere()
    {
        foreach (Match match in ReferencePattern.Matches(_document.GetRawText()))
        {
            var place = _document;
            foreach (var part in match.Groups[1].Value.Split('/'))
                Assert.True(place.TryGetProperty(part, out place), match.Value);
        }
    }

    [Theory]
    [InlineData("listRuns", "limit", """{"maximum":100,"minimum":1,"type":"integer","default":10}""")]
    [InlineData("listFlows", "status", """{"enum":["INACTIVE","ACTIVE"],"type":"string"}""")]
    [InlineData("getFlow", "flowId", """{"pattern":"^flow_[0-9a-hjkmnp-tv-z]{26}$","type":"string"}""")]
    public void Parameter_Each_TellsItsRange(string operation, string name, string schema)
    {
        var parameter = Operations().Single(o => o.Operation.GetProperty("operationId").GetString() == operation).Operation
            .GetProperty("parameters").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name);

        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(schema), parameter.GetProperty("schema")), parameter.GetRawText());
    }

    [Theory]
    [InlineData("FlowDocument", "successRate,created,updated,version,runCount,status,triggerType,id,lastRun")]
    public void Schema_WhatOnlyAnswersShow_IsReadOnly(string schema, string fields)
    {
        var properties = _document.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties");

        Assert.All(fields.Split(','), field => Assert.True(properties.GetProperty(field).GetProperty("readOnly").GetBoolean(), field));
        Assert.False(properties.GetProperty("steps").TryGetProperty("readOnly", out _));
    }

    [Fact]
    public async Task Page_AndItsScript_ComeFromHereAndNameNobodyElse()
    {
        var page = await _app.Client.GetStringAsync("/docs/");

        var scripts = ScriptPattern.Matches(page).Select(m => m.Groups[1].Value).ToArray();
        Assert.NotEmpty(scripts);
        Assert.DoesNotMatch("(?:src|href)=\"(?:https?:)?//", page);
        foreach (var script in scripts)
        {
            var answer = await _app.Client.GetAsync(new Uri(new Uri(_app.Client.BaseAddress!, "/docs/"), script));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    IEnumerable<(string Path, string Method, JsonElement Operation)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name, operation.Name.ToUpperInvariant(), operation.Value);

    [GeneratedRegex("\"\\$ref\": ?\"#/([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    static partial Regex ReferencePattern { get; }

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    static partial Regex ScriptPattern { get; }
}
