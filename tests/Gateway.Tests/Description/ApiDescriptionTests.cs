using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlowRuns.Gateway.Tests.Description;

public sealed partial class ApiDescriptionTests(DescribedApi api) : IClassFixture<DescribedApi>
{
    readonly JsonElement _document = api.Document;

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
            foreach (var part in match.Groups["path"].Value.Split('/'))
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

    [Fact]
    public void Schema_WhatOnlyAnswersShow_IsReadOnly()
    {
        var fields = Schema("FlowDocument").GetProperty("properties").EnumerateObject().ToLookup(f => f.Value.TryGetProperty("readOnly", out _), f => f.Name);

        Assert.Equal(["name", "description", "trigger", "steps"], fields[false]);
        Assert.False(Schema("FlowStatus").TryGetProperty("readOnly", out _));
    }

    [Fact]
    public void Schema_Nowhere_AllowsNullButTheCursor()
    {
        var nullable = _document.GetProperty("components").GetProperty("schemas").EnumerateObject().Where(s => s.Value.GetRawText().Contains("null")).Select(s => s.Name);

        Assert.All(nullable, name => Assert.StartsWith("PageOf", name));
    }

    [Theory]
    [InlineData("FlowDocument", "id,name,status,triggerType,runCount,successRate,created,updated,version")]
    [InlineData("FlowValidity", "valid")]
    [InlineData("StepDocument", "name,type")]
    [InlineData("TriggerDefinition", "type")]
    public void Schema_Required_IsWhatIsAlwaysThere(string schema, string fields)
    {
        Assert.Equal(fields.Split(','), Schema(schema).GetProperty("required").EnumerateArray().Select(f => f.GetString()));
    }

    [Fact]
    public void Schema_OfAnUpdate_RequiresNothing()
    {
        Assert.False(Schema("FlowChange").TryGetProperty("required", out _));
        Assert.Equal(["name", "description", "trigger", "steps"], Schema("FlowChange").GetProperty("properties").EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("StepDocument", "timeout", "^[0-9]{1,9}(ms|s|m|h|d)$")]
    [InlineData("RetryPolicy", "initialDelay", "^[0-9]{1,9}(ms|s|m|h|d)$")]
    [InlineData("CatchUp", "window", "^[0-9]{1,9}(ms|s|m|h|d)$")]
    public void Schema_Duration_IsTextWithAUnit(string schema, string field, string pattern)
    {
        Assert.Equal(pattern, Schema(schema).GetProperty("properties").GetProperty(field).GetProperty("pattern").GetString());
    }

    [Fact]
    public void Schema_TriggerOfAFlow_HasThreeTypes()
    {
        var types = Schema("TriggerDefinition").GetProperty("properties").GetProperty("type").GetProperty("enum");

        Assert.Equal(["SCHEDULE", "WEBHOOK", "MANUAL"], types.EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public async Task Page_AndItsScript_ComeFromHereAndNameNobodyElse()
    {
        var page = await api.Client.GetStringAsync("/docs/");

        var scripts = ScriptPattern.Matches(page).Select(m => m.Groups["path"].Value).ToArray();
        Assert.NotEmpty(scripts);
        Assert.DoesNotMatch("(?:src|href)=\"(?:https?:)?//", page);
        foreach (var script in scripts)
        {
            var answer = await api.Client.GetAsync(new Uri(new Uri(api.Client.BaseAddress!, "/docs/"), script));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    JsonElement Schema(string name) => _document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    IEnumerable<(string Path, string Method, JsonElement Operation)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name, operation.Name.ToUpperInvariant(), operation.Value);

    [GeneratedRegex("\"\\$ref\": ?\"#/(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex ReferencePattern { get; }

    [GeneratedRegex("<script[^>]* src=\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex ScriptPattern { get; }
}
