using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FlowRuns.Flows;
using FlowRuns.Runs;
using FlowRuns.Steps;

namespace FlowRuns.Gateway.Tests.Flows;

public sealed class FlowsApiTests : IAsyncLifetime
{
    const string Flow = "/api/v1/flows/flow_01jsbk6r5ze6v8hbc02n1m4fqx";

    readonly KnownFlow _flow = new(SomeFlow.Report);
    EdgeApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await EdgeApplication.StartAsync();
        _app.Grains.AddForAll<IFlowGrain>(_flow);
        _app.Grains.AddForAll<IRunQueryGrain>(new KnownFlows(5));
        _app.Grains.AddForAll<ICatalogGrain>(new KnownFlows(0));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("application/json", """{ "name": "Nothing yet" }""")]
    [InlineData("application/json; charset=utf-8", """{ "name": "Nothing yet" }""")]
    [InlineData("application/yaml", "name: Nothing yet")]
    [InlineData("text/yaml", "name: Nothing yet")]
    public async Task Create_EitherMediaType_Answers201WithItsAddress(string mediaType, string body)
    {
        var response = await SendAsync(HttpMethod.Post, "/api/v1/flows", body, mediaType);

        var flow = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.StartsWith("/api/v1/flows/flow_", response.Headers.Location!.OriginalString);
        Assert.Equal("Nothing yet", flow.GetProperty("name").GetString());
        Assert.Equal("Nothing yet", _flow.Now.Definition.Name);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/yaml; charset=latin1")]
    public async Task Create_OtherMediaType_Answers415(string mediaType)
    {
        var response = await SendAsync(HttpMethod.Post, "/api/v1/flows", "name: A", mediaType);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        await EdgeApplication.ErrorAsync(response);
    }

    [Fact]
    public async Task Create_SeveralFaults_Answers400WithEachField()
    {
        var response = await SendAsync(HttpMethod.Post, "/api/v1/flows", "nam: A\nsteps: [{ name: B }]", "application/yaml");

        var error = await EdgeApplication.ErrorAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["name", "steps[0].type", "nam"], error.GetProperty("details").EnumerateArray().Select(d => d.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Create_NoBody_Answers400()
    {
        var response = await _app.SendAsync(HttpMethod.Post, "/api/v1/flows", EdgeApplication.WriteKey);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("*/*", false)]
    [InlineData("application/json", false)]
    [InlineData("application/yaml", true)]
    [InlineData("application/yaml;q=0.5, application/json", false)]
    [InlineData("application/json;q=0.5, application/yaml", true)]
    [InlineData("text/html, application/yaml;q=0.9, */*;q=0.8", true)]
    [InlineData("nonsense", false)]
    public async Task Get_Accept_DecidesBetweenJsonAndYaml(string? accept, bool isYaml)
    {
        var response = await _app.SendAsync(HttpMethod.Get, Flow, EdgeApplication.ReadKey, null, accept is null ? [] : [("Accept", accept)]);

        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(isYaml ? "application/yaml" : "application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith(isYaml ? "id: flow_" : "{\"id\":\"flow_", body);
        Assert.Contains("Accept", response.Headers.Vary);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/yaml")]
    public async Task Update_WhatGetAnswered_ChangesNothing(string mediaType)
    {
        var answer = await (await _app.SendAsync(HttpMethod.Get, Flow, EdgeApplication.ReadKey, null, ("Accept", mediaType))).Content.ReadAsStringAsync();

        var response = await SendAsync(HttpMethod.Post, Flow, answer, mediaType);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(_flow.Now.Definition.Trigger, _flow.LastChange!.Trigger);
        Assert.Equal(_flow.Now.Definition.Steps, _flow.LastChange.Steps!.Value);
        Assert.Equal(_flow.Now.Definition.Description, _flow.LastChange.Description);
    }

    [Theory]
    [InlineData("disable", "INACTIVE")]
    [InlineData("enable", "ACTIVE")]
    public async Task Switch_Flow_AnswersTheFlow(string action, string status)
    {
        var response = await _app.SendAsync(HttpMethod.Post, $"{Flow}/{action}", EdgeApplication.WriteKey);

        Assert.Equal(status, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task List_ByCursor_ShowsEveryFlowOnce()
    {
        var names = new List<string?>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync($"/api/v1/flows?limit=2{cursor}");
            names.AddRange(page.GetProperty("data").EnumerateArray().Select(f => f.GetProperty("name").GetString()));
            Assert.Equal(page.GetProperty("hasMore").GetBoolean(), page.GetProperty("cursor").ValueKind == JsonValueKind.String);
            cursor = page.GetProperty("hasMore").GetBoolean() ? $"&cursor={page.GetProperty("cursor").GetString()}" : null;
        }

        Assert.Equal(["Flow 0", "Flow 1", "Flow 2", "Flow 3", "Flow 4"], names);
    }

    [Fact]
    public async Task List_CursorOfAnotherFilter_Answers400()
    {
        var cursor = (await GetAsync("/api/v1/flows?limit=2")).GetProperty("cursor").GetString();

        var response = await _app.SendAsync(HttpMethod.Get, $"/api/v1/flows?limit=2&status=ACTIVE&cursor={cursor}", EdgeApplication.ReadKey);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("status=active")]
    [InlineData("cursor=x")]
    public async Task List_BadParameter_Answers400(string query)
    {
        var response = await _app.SendAsync(HttpMethod.Get, $"/api/v1/flows?{query}", EdgeApplication.ReadKey);

        var error = await EdgeApplication.ErrorAsync(response);
        Assert.Equal(query.Split('=')[0], error.GetProperty("details")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task List_Row_LeavesOutTriggerAndSteps()
    {
        var row = (await GetAsync("/api/v1/flows?limit=1")).GetProperty("data")[0];

        Assert.Equal(
            ["id", "name", "description", "status", "triggerType", "runCount", "successRate", "lastRun", "created", "updated", "version"],
            row.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("name: A\nsteps: [{ name: B, type: data.set }]", """{"valid":true}""")]
    [InlineData("name: A\nsteps: [{ name: B, type: data.sat }]", """{"valid":false,"errors":[{"field":"steps[0].type","message":"is not a step type."}]}""")]
    [InlineData("name: A\nstep: []", """{"valid":false,"errors":[{"field":"step","message":"is not known; did you mean steps?"}]}""")]
    public async Task Validate_ReadableFlow_TellsWhatIsWrong(string yaml, string answer)
    {
        var response = await SendAsync(HttpMethod.Post, "/api/v1/flows/validate", yaml, "application/yaml", EdgeApplication.ReadKey);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Validate_BrokenText_Answers400()
    {
        var response = await SendAsync(HttpMethod.Post, "/api/v1/flows/validate", "name: [", "application/yaml", EdgeApplication.ReadKey);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Versions_List_IsWholeAndNewestFirst()
    {
        var list = await GetAsync($"{Flow}/versions");

        Assert.Equal([2, 1], list.GetProperty("data").EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
        Assert.Equal(JsonValueKind.Null, list.GetProperty("cursor").ValueKind);
        Assert.False(list.GetProperty("hasMore").GetBoolean());
    }

    [Theory]
    [InlineData("1", HttpStatusCode.OK)]
    [InlineData("3", HttpStatusCode.NotFound)]
    [InlineData("latest", HttpStatusCode.NotFound)]
    [InlineData("99999999999", HttpStatusCode.NotFound)]
    public async Task Versions_Get_KnowsNumbersOnly(string version, HttpStatusCode status)
    {
        var response = await _app.SendAsync(HttpMethod.Get, $"{Flow}/versions/{version}", EdgeApplication.ReadKey);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/api/v1/flows")]
    [InlineData("POST", Flow)]
    [InlineData("POST", Flow + "/enable")]
    [InlineData("POST", Flow + "/disable")]
    [InlineData("DELETE", Flow)]
    [InlineData("POST", Flow + "/versions/1/restore")]
    public async Task Changes_ReadKey_Answers403(string method, string path)
    {
        var response = await _app.SendAsync(new HttpMethod(method), path, EdgeApplication.ReadKey);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Delete_Flow_Answers204()
    {
        var response = await _app.SendAsync(HttpMethod.Delete, Flow, EdgeApplication.WriteKey);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    async Task<JsonElement> GetAsync(string path) =>
        await (await _app.SendAsync(HttpMethod.Get, path, EdgeApplication.ReadKey)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();

    Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string body, string mediaType, string key = EdgeApplication.WriteKey)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return _app.SendAsync(method, path, key, content);
    }
}
