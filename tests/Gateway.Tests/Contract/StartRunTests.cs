using System.Net;
using System.Text;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class StartRunTests(ServerFixture server) : ServerTest(server)
{
    const int MebiByte = 1024 * 1024;

    [Fact]
    public async Task Start_WithData_AnswersExactlyFourFieldsAndTheAddress()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.TwoSteps);

        var answer = await Api.PostAsync($"flows/{flow}/runs", """{ "data": { "day": "Monday" } }""");

        answer.Is(HttpStatusCode.Created, $$"""{ "id": "<run>", "flowId": "{{flow}}", "status": "RUNNING", "startTime": "<time>" }""");
        Assert.Equal($"/api/v1/flows/{flow}/runs/{answer.Text("id")}", answer.Header("Location"));
        var run = await Api.EndedRunAsync(flow, answer.Text("id"));
        Assert.Equal(answer.Text("startTime"), run.Text("startTime"));
    }

    [Theory]
    [InlineData("", "null")]
    [InlineData("{}", "null")]
    [InlineData("""{ "data": null }""", "null")]
    [InlineData("""{ "data": {} }""", "{}")]
    [InlineData("""{ "data": [1, [2, { "a": null }]] }""", """[1,[2,{"a":null}]]""")]
    [InlineData("""{ "data": "text" }""", "\"text\"")]
    [InlineData("""{ "data": 12345678901234567890.10 }""", "12345678901234567890.10")]
    [InlineData("""{ "data": false }""", "false")]
    [InlineData("""{ "data": { "b": 1, "a": { "ü": "日本 \ud83d\ude00 \u0000 \"" } } }""", """{"b":1,"a":{"ü":"日本 😀 \u0000 \""}}""")]
    public async Task Start_Data_IsTheBodyOfTheTrigger(string body, string triggerBody)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var run = await Api.PostAsync($"flows/{flow}/runs?wait=30", body);

        ExpectedJson.Check($$"""{"body":{{triggerBody}}}""", run.Json.GetProperty("trigger").GetRawText());
        ExpectedJson.Check($$"""{"body":{{triggerBody}}}""", run.Json.GetProperty("steps")[0].GetProperty("output").GetRawText());
    }

    [Theory]
    [InlineData(MebiByte)]
    [InlineData(MebiByte / 2)]
    public async Task Start_BodyUpToOneMebiByte_IsTaken(int size)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var run = await Api.PostAsync($"flows/{flow}/runs?wait=30", BodyOf(size));

        Assert.Equal(HttpStatusCode.Created, run.Status);
        Assert.Equal(size - BodyOf(0).Length, run.Json.GetProperty("trigger").GetProperty("body").GetString()!.Length);
    }

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    public async Task Start_LargerBody_Answers413(string framing)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        (string, string)[] headers = framing == "Transfer-Encoding" ? [("Expect", "100-continue"), (framing, "chunked")] : [("Expect", "100-continue")];

        var answer = await Api.PostAsync($"flows/{flow}/runs", BodyOf(MebiByte + 1), Api.Json, headers);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal("PAYLOAD_TOO_LARGE", answer.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(64, HttpStatusCode.Created)]
    [InlineData(65, HttpStatusCode.BadRequest)]
    public async Task Start_Nesting_EndsAtSixtyFour(int depth, HttpStatusCode status)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var data = new string('[', depth - 1) + new string(']', depth - 1);

        var answer = await Api.PostAsync($"flows/{flow}/runs?wait=30", $$"""{ "data": {{data}} }""");

        Assert.Equal(status, answer.Status);
        if (status == HttpStatusCode.Created)
            Assert.Equal(data, answer.Json.GetProperty("steps")[0].GetProperty("output").GetProperty("body").GetRawText());
    }

    [Theory]
    [InlineData("""{ "data": 1, "data": 2 }""", "data", "is there twice; a key may be given once.")]
    [InlineData("""{ "data": { "a": [{ "b": 1, "b": 1 }] } }""", "data.a[0].b", "is there twice; a key may be given once.")]
    [InlineData("""{ "data": { "a": "\ud800" } }""", "data.a", """holds half of a surrogate pair: \ud800 is not Unicode text.""")]
    [InlineData("""{ "date": 1 }""", "date", "is not a known field; known here are data.")]
    [InlineData("""{ "data": 1, }""", "body", "is not valid JSON at line 1, byte 14: The JSON object contains a trailing comma at the end which is not supported in this mode. Change the reader options.")]
    [InlineData("null", "body", "must be a JSON object, not null.")]
    [InlineData("[]", "body", "must be a JSON object.")]
    public async Task Start_BadBody_Answers400WithThePlace(string body, string field, string message)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.PostAsync($"flows/{flow}/runs", body);

        answer.IsRefused(field, message);
        Assert.Equal(0, (await Api.GetAsync($"flows/{flow}/runs/stats")).Json.GetProperty("totalRuns").GetInt32());
    }

    [Fact]
    public async Task Start_BadUtf8_Answers400()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var content = new ByteArrayContent([.. Encoding.ASCII.GetBytes("{\"data\":\""), 0xC3, 0x28, .. Encoding.ASCII.GetBytes("\"}")]) { Headers = { ContentType = new(Api.Json) } };

        var answer = await Api.SendAsync(HttpMethod.Post, $"flows/{flow}/runs", content);

        answer.IsRefused("body", "is not valid UTF-8.");
    }

    [Fact]
    public async Task Start_NoContentType_Answers415()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.SendAsync(HttpMethod.Post, $"flows/{flow}/runs", new ByteArrayContent("{}"u8.ToArray()));

        answer.IsError(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "The body is ''; it must be application/json in UTF-8.");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/yaml")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Start_OtherContentType_Answers415(string contentType)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.PostAsync($"flows/{flow}/runs", "{}", contentType);

        answer.IsError(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", $"The body is '{contentType}'; it must be application/json in UTF-8.");
    }

    [Fact]
    public async Task Start_SameIdempotencyKeyAndBody_AnswersTheFirstRunAgain()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var first = await StartOnceAsync(flow, """{ "data": 1 }""");
        var run = await Api.EndedRunAsync(flow, first.Text("id"));
        var second = await StartOnceAsync(flow, """{ "data": 1 }""");

        second.Is(HttpStatusCode.Created, first.Body);
        Assert.Equal(first.Header("Location"), second.Header("Location"));
        Assert.Equal("order-7", run.Text("idempotencyKey"));
        Assert.Equal(1, (await Api.GetAsync($"flows/{flow}/runs/stats")).Json.GetProperty("totalRuns").GetInt32());
    }

    [Fact]
    public async Task Start_SameIdempotencyKeyAtOnce_StartsOneRun()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StartOnceAsync(flow, "{}")));

        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(1, (await Api.GetAsync($"flows/{flow}/runs/stats")).Json.GetProperty("totalRuns").GetInt32());
    }

    [Fact]
    public async Task Start_SameIdempotencyKeyOtherBody_Answers409()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        await StartOnceAsync(flow, """{ "data": 1 }""");

        var answer = await StartOnceAsync(flow, """{ "data": 2 }""");

        answer.IsError(HttpStatusCode.Conflict, "CONFLICT", "Idempotency-Key 'order-7' was used within the last 24 hours for another request; use a new key.");
    }

    [Fact]
    public async Task Start_SameIdempotencyKeyOtherFlow_StartsARunOfItsOwn()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);
        var other = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var first = await StartOnceAsync(flow, "{}");
        var second = await StartOnceAsync(other, "{}");

        second.Is(HttpStatusCode.Created, $$"""{ "id": "<run>", "flowId": "{{other}}", "status": "RUNNING", "startTime": "<time>" }""");
        Assert.NotEqual(first.Text("id"), second.Text("id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData(256)]
    public async Task Start_BadIdempotencyKey_Answers400(object key)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.PostAsync($"flows/{flow}/runs", ("Idempotency-Key", key as string ?? new string('k', (int)key)));

        answer.IsRefused("Idempotency-Key", "must be given once, as 1 to 255 visible ASCII characters.");
    }

    [Fact]
    public async Task Start_WaitForARunThatEnds_AnswersTheWholeRun()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.PostAsync($"flows/{flow}/runs?wait=5");

        var run = answer.Text("id");
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal($"/api/v1/flows/{flow}/runs/{run}", answer.Header("Location"));
        Assert.Equal("SUCCEEDED", answer.Text("status"));
        Assert.Equal((await Api.GetAsync($"flows/{flow}/runs/{run}")).Body, answer.Body);
    }

    [Fact]
    public async Task Start_WaitForARunThatGoesOn_Answers202WithFourFields()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.Held(Server.Target.Url, "wait"));

        var answer = await Api.PostAsync($"flows/{flow}/runs?wait=1");

        answer.Is(HttpStatusCode.Accepted, $$"""{ "id": "<run>", "flowId": "{{flow}}", "status": "RUNNING", "startTime": "<time>" }""");
        Assert.Equal($"/api/v1/flows/{flow}/runs/{answer.Text("id")}", answer.Header("Location"));
        Server.Target.LetGo("wait");
    }

    [Fact]
    public async Task Start_WaitZero_AnswersAtOnce()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.PostAsync($"flows/{flow}/runs?wait=0");

        answer.Is(HttpStatusCode.Created, $$"""{ "id": "<run>", "flowId": "{{flow}}", "status": "RUNNING", "startTime": "<time>" }""");
    }

    [Theory]
    [InlineData("wait=61", "'61' is not a whole number from 0 to 60.")]
    [InlineData("wait=-1", "'-1' is not a whole number from 0 to 60.")]
    [InlineData("wait=abc", "'abc' is not a whole number from 0 to 60.")]
    [InlineData("wait=", "'' is not a whole number from 0 to 60.")]
    [InlineData("wait=1&wait=1", "is given 2 times; give it once.")]
    public async Task Start_BadWait_Answers400AndStartsNothing(string query, string message)
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var answer = await Api.PostAsync($"flows/{flow}/runs?{query}");

        answer.IsRefused("wait", message);
        Assert.Equal(0, (await Api.GetAsync($"flows/{flow}/runs/stats")).Json.GetProperty("totalRuns").GetInt32());
    }

    [Fact]
    public async Task Start_DisabledFlow_RunsAllTheSame()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.TwoSteps);
        await Api.PostAsync($"flows/{flow}/disable");

        var answer = await Api.PostAsync($"flows/{flow}/runs?wait=30");

        Assert.Equal("SUCCEEDED", answer.Text("status"));
    }

    Task<Answer> StartOnceAsync(string flow, string body) => Api.PostAsync($"flows/{flow}/runs", body, Api.Json, ("Idempotency-Key", "order-7"));

    static string BodyOf(int size) => $$"""{ "data": "{{new string('x', Math.Max(0, size - 14))}}" }""";
}
