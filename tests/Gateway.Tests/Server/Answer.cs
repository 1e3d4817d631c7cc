using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace FlowRuns.Gateway.Tests.Server;

/// <summary>An answer of the API, read whole.</summary>
sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Body)
{
    // Data that is as deep as a body may be is deeper in an answer.
    public JsonElement Json => JsonElement.Parse(Body, new JsonDocumentOptions { MaxDepth = 100 });

    /// <summary>The string of that name in the answer's JSON.</summary>
    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public string Header(string name) => Assert.Single(Headers.GetValues(name));

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var answer = new Answer(response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync());
        var id = answer.Header("X-Request-Id");
        Assert.NotEmpty(id);
        if (!response.RequestMessage!.RequestUri!.AbsolutePath.StartsWith("/health/"))
            answer.CheckRateLimit();
        if ((int)response.StatusCode >= 400 && response.RequestMessage.Method != HttpMethod.Head)
        {
            Assert.Equal("application/json", answer.ContentHeaders.ContentType?.MediaType);
            Assert.Equal(id, answer.Json.GetProperty("error").GetProperty("requestId").GetString());
        }

        return answer;
    }

    /// <summary>Checks status and the whole body; <see cref="ExpectedJson"/> says how values that differ each time are written.</summary>
    public void Is(HttpStatusCode status, string expected)
    {
        ExpectedJson.Check(expected, Body);
        Assert.Equal(status, Status);
        Assert.Equal("application/json", ContentHeaders.ContentType?.MediaType);
    }

    /// <summary>Checks that the answer is this error, without details.</summary>
    public void IsError(HttpStatusCode status, string code, string message) => Is(status, $$"""
        { "error": { "code": "{{code}}", "message": {{JsonSerializer.Serialize(message, Relaxed)}}, "statusCode": {{(int)status}}, "requestId": "<request>" } }
        """);

    /// <summary>Checks that the answer is 400 because of this one field.</summary>
    public void IsRefused(string field, string message) => Is(HttpStatusCode.BadRequest, $$"""
        {
          "error": {
            "code": "VALIDATION_ERROR",
            "message": {{JsonSerializer.Serialize($"{field}: {message}", Relaxed)}},
            "statusCode": 400,
            "details": [{ "field": "{{field}}", "message": {{JsonSerializer.Serialize(message, Relaxed)}} }],
            "requestId": "<request>"
          }
        }
        """);

    static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    void CheckRateLimit()
    {
        var limit = long.Parse(Header("X-RateLimit-Limit"));
        Assert.InRange(long.Parse(Header("X-RateLimit-Remaining")), 0, limit - 1);
        var reset = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Header("X-RateLimit-Reset")));
        Assert.InRange(reset - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(61));
    }
}
