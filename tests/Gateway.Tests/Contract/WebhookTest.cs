using System.Net;
using System.Security.Cryptography;
using System.Text;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

/// <summary>Flows with webhooks in a project of the test's own, and deliveries to them by somebody without a key.</summary>
public abstract class WebhookTest(ServerFixture server) : ServerTest(server)
{
    protected const string Secret = "hook-secret-0123456789-never-to-be-seen";

    internal async Task<string> CreateAsync(string trigger = "type: WEBHOOK", string steps = "")
    {
        var flow = await Api.CreateFlowAsync($"name: Hook\ntrigger: {{ {trigger} }}\n{steps}");
        await Api.PostAsync($"flows/{flow}/enable");
        return flow;
    }

    /// <summary>A flow that takes only what is signed as GitHub signs.</summary>
    internal async Task<string> CreateSignedAsync(string steps = "")
    {
        await PutSecretsAsync(Secret);
        return await CreateAsync("type: WEBHOOK, authentication: { type: HMAC_SHA256, scheme: GITHUB, connection: hook }", steps);
    }

    internal async Task PutSecretsAsync(params string[] secrets)
    {
        var answer = await Api.PostAsync("connections", $$"""{ "name": "hook", "app": "webhook", "value": { "secrets": [{{string.Join(", ", secrets.Select(secret => $"\"{secret}\""))}}] } }""");
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, answer.Body);
    }

    internal Task<Answer> DeliverAsync(string flow, string body = "{}", params (string Name, string Value)[] headers) => Server.Nobody.PostAsync($"webhooks/{flow}", body, FlowRuns.Gateway.Tests.Server.Api.Json, headers);

    internal Task<Answer> DeliverSignedAsync(string flow, string body, string secret = Secret, params (string Name, string Value)[] headers) =>
        DeliverAsync(flow, body, [("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)))}"), .. headers]);

    internal async Task<int> CountRunsAsync(string flow) => (await Api.GetAsync($"flows/{flow}/runs/stats")).Json.GetProperty("totalRuns").GetInt32();

    /// <summary>Settings act within a second: repeats the delivery until it is answered so.</summary>
    internal static async Task<Answer> UntilAsync(HttpStatusCode status, Func<Task<Answer>> deliver)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var answer = await deliver();
            if (answer.Status == status)
                return answer;
            await Task.Delay(50, deadline.Token);
        }
    }
}
