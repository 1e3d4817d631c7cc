using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FlowRuns.Errors;
using FlowRuns.Flows;
using FlowRuns.Gateway.Tests.Flows;
using FlowRuns.Gateway.Tests.Webhooks;
using FlowRuns.Runs;
using FlowRuns.Webhooks;
using Orleans.Runtime;

namespace FlowRuns.Gateway.Tests.Runs;

/// <summary>Requests that wait for the run which they have started, while silos go away.</summary>
public sealed class RunLookupTests
{
    static readonly Dictionary<string, Exception> Interruptions = new()
    {
        ["silo"] = new SiloUnavailableException(),
        ["timeout"] = new TimeoutException(),
        ["database"] = new RequestRefusedException(RefusalReason.Unavailable, "The database does not answer."),
    };

    int _waits;

    public static TheoryData<string> Kinds => [.. Interruptions.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Start_InterruptedWhileItWaits_AnswersHowTheRunEnded(string kind)
    {
        await using var app = await StartAsync(() => ++_waits < 3 ? throw Interruptions[kind] : KnownRun.Ended);

        using var answer = await SendAsync(app, $"/api/v1/flows/{KnownRun.Started.FlowId}/runs?wait=30", EdgeApplication.WriteKey);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("SUCCEEDED", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Start_InterruptedUntilTheTimeIsUp_AnswersThatTheRunIsAccepted(string kind)
    {
        await using var app = await StartAsync(() => throw Interruptions[kind]);

        using var answer = await SendAsync(app, $"/api/v1/flows/{KnownRun.Started.FlowId}/runs?wait=3", EdgeApplication.WriteKey);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal($"{KnownRun.Started.Id}", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Delivery_InterruptedUntilTheTimeIsUp_AnswersThatTheRunIsAccepted()
    {
        await using var app = await StartAsync(() => throw new SiloUnavailableException());
        app.Grains.AddForAll<IWebhookGrain>(new KnownWebhook(() => new WebhookReply { Verdict = WebhookVerdict.Accepted, Run = KnownRun.Started, Wait = TimeSpan.FromSeconds(3) }));

        using var answer = await SendAsync(app, $"/api/v1/webhooks/{KnownRun.Started.FlowId}", key: null);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal($"{KnownRun.Started.Id}", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("runId").GetString());
    }

    [Fact]
    public async Task Start_FlowIsGoneWhileItWaits_IsAnsweredSo()
    {
        await using var app = await StartAsync(() => throw RequestRefusedException.NotFound("Flow"));

        using var answer = await SendAsync(app, $"/api/v1/flows/{KnownRun.Started.FlowId}/runs?wait=3", EdgeApplication.WriteKey);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    static async Task<EdgeApplication> StartAsync(Func<RunDetail?> wait)
    {
        var app = await EdgeApplication.StartAsync();
        app.Grains.AddForAll<IRunGrain>(new KnownRun(wait));
        app.Grains.AddForAll<IFlowGrain>(new KnownFlow(SomeFlow.Report));
        return app;
    }

    static Task<HttpResponseMessage> SendAsync(EdgeApplication app, string path, string? key) => app.PassTimeAsync(app.SendAsync(HttpMethod.Post, path, key), TimeSpan.FromSeconds(1));
}
