using FlowRuns.Connections;
using FlowRuns.Steps;
using FlowRuns.Steps.Slack;
using Microsoft.AspNetCore.Http;

namespace FlowRuns.Grains.Tests;

public sealed class SlackSendMessageStepTests : IDisposable
{
    readonly EgressGuard _guard = StandIn.OpenGuard();

    public void Dispose() => _guard.Dispose();

    static Task<StandIn> Slack(string answer, int status = 200, string? retryAfter = null) => StandIn.StartAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync(answer);
    });

    Task<StepOutcome> SendAsync(StandIn slack, object? input = null, EgressGuard? guard = null)
    {
        var connection = SomeConnection.To("slack", new { token = "xoxb-secret", baseUrl = $"{slack.Url}api/" });
        return new SlackSendMessageStep(new SlackApi(guard ?? _guard, TimeProvider.System)).ExecuteAsync(SomeConnection.Context(input ?? new { channel = "#sales", text = "hi" }, connection), CancellationToken.None);
    }

    [Fact]
    public async Task Message_Posted_HandsBackItsId()
    {
        await using var slack = await Slack("""{ "ok": true, "ts": "1503435956.000247", "channel": "C123" }""");

        var output = (await SendAsync(slack, new { channel = "#sales", text = "grüße", blocks = new[] { new { type = "divider" } }, threadTs = "1.2" })).Output();

        Assert.Equal("""{"messageId":"1503435956.000247","channel":"C123"}""", output.GetRawText());
        var request = Assert.Single(slack.Requests);
        Assert.Equal(("POST", "/api/chat.postMessage", "Bearer xoxb-secret"), (request.Method, request.Path, request.Headers["Authorization"]));
        Assert.Equal("""{"channel":"#sales","text":"grüße","blocks":[{"type":"divider"}],"thread_ts":"1.2"}""", request.Body);
    }

    [Theory]
    [InlineData("channel_not_found", "channel_not_found: there is no such channel", true)]
    [InlineData("brand_new_code", "brand_new_code: see Slack's documentation of chat.postMessage.", true)]
    [InlineData("ratelimited", "ratelimited: too many requests", false)]
    [InlineData("internal_error", "internal_error: Slack failed", false)]
    public async Task Message_RefusedBySlack_SaysWhy(string code, string expected, bool final)
    {
        await using var slack = await Slack($$"""{ "ok": false, "error": "{{code}}" }""", retryAfter: "30");

        var failure = (await SendAsync(slack)).Failure();

        Assert.StartsWith(expected, failure.Message);
        Assert.Equal((final, TimeSpan.FromSeconds(30)), (failure.Final, failure.RetryAfter));
    }

    [Theory]
    [InlineData(429, "ratelimited", false)]
    [InlineData(500, "<html>", false)]
    [InlineData(404, "<html>", true)]
    [InlineData(200, "<html>", true)]
    [InlineData(200, "[]", true)]
    [InlineData(302, "", true)]
    public async Task Answer_NotOfSlacksApi_FailsByItsStatus(int status, string body, bool final)
    {
        await using var slack = await Slack(body, status, retryAfter: "5");

        var failure = (await SendAsync(slack)).Failure();

        Assert.Equal((final, TimeSpan.FromSeconds(5)), (failure.Final, failure.RetryAfter));
        Assert.DoesNotContain("xoxb-secret", failure.Message);
    }

    [Fact]
    public async Task Message_BaseUrlIsPrivate_IsRefusedForGood()
    {
        await using var slack = await Slack("{}");
        using var closed = new EgressGuard(new EgressOptions());

        var failure = (await SendAsync(slack, guard: closed)).Failure();

        Assert.True(failure.Final);
        Assert.Contains("FlowRuns:Egress:Allow", failure.Message);
        Assert.Empty(slack.Requests);
    }
}
