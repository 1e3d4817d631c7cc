using System.Net;
using FlowRuns.Gateway.Tests.Server;

namespace FlowRuns.Gateway.Tests.Contract;

public sealed class WebhookSettingsTests(ServerFixture server) : WebhookTest(server)
{
    [Fact]
    public async Task Webhook_OfAFlow_TellsWhereAndHow()
    {
        var flow = await CreateSignedAsync();

        var answer = await Api.GetAsync($"flows/{flow}/webhook");

        var url = answer.Text("webhookUrl");
        Assert.EndsWith($"/api/v1/webhooks/{flow}", url);
        answer.Is(HttpStatusCode.OK, $$"""{ "flowId": "{{flow}}", "webhookUrl": "{{url}}", "method": "POST", "enabled": true, "authentication": "HMAC_SHA256", "allowedIPs": [] }""");
    }

    [Fact]
    public async Task Webhook_OfAnotherTrigger_Answers404WithTheWayOut()
    {
        var flow = await Api.CreateFlowAsync(SomeYaml.WithoutSteps);

        var get = await Api.GetAsync($"flows/{flow}/webhook");
        var post = await Api.PostAsync($"flows/{flow}/webhook/security", """{ "allowedIPs": [] }""");

        get.IsError(HttpStatusCode.NotFound, "NOT_FOUND", $"Flow {flow} has no webhook: its trigger is MANUAL. Give it a trigger of the type WEBHOOK.");
        Assert.Equal(HttpStatusCode.NotFound, post.Status);
    }

    [Fact]
    public async Task Webhook_OfAnotherProject_IsNotThere()
    {
        var flow = await CreateAsync();
        var stranger = await Server.NewProjectAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"flows/{flow}/webhook")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"flows/{flow}/webhook/security", """{ "allowedIPs": [] }""")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Server.Nobody.GetAsync($"flows/{flow}/webhook")).Status);
    }

    [Fact]
    public async Task AllowedIPs_AddressBehindATrustedProxy_IsTheOneBeforeIt()
    {
        var flow = await CreateAsync();

        var set = await Api.PostAsync($"flows/{flow}/webhook/security", """{ "allowedIPs": ["203.0.113.0/24", "2001:db8::1"] }""");

        Assert.Equal("""["203.0.113.0/24","2001:db8::1/128"]""", set.Json.GetProperty("allowedIPs").GetRawText());
        var refused = await UntilAsync(HttpStatusCode.Forbidden, () => DeliverAsync(flow));
        refused.IsError(HttpStatusCode.Forbidden, "FORBIDDEN", "Deliveries are not taken from this address.");
        Assert.Equal(HttpStatusCode.OK, (await DeliverAsync(flow, "{}", ("X-Forwarded-For", "203.0.113.9"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await DeliverAsync(flow, "{}", ("X-Forwarded-For", "198.51.100.1, 2001:db8::1, 127.0.0.1"))).Status);

        // What stands before the first address that is no proxy of ours is the sender's own invention.
        Assert.Equal(HttpStatusCode.Forbidden, (await DeliverAsync(flow, "{}", ("X-Forwarded-For", "203.0.113.9, 198.51.100.1"))).Status);
    }

    [Theory]
    [InlineData("""{ "allowedIPs": ["10.0.0.1/8"] }""", "allowedIPs[0]", "'10.0.0.1/8' has bits set beyond its prefix; the network is 10.0.0.0/8")]
    [InlineData("""{ "allowedIPs": ["here"] }""", "allowedIPs[0]", "'here' is not an IP address or network; write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32")]
    [InlineData("{}", "allowedIPs", "is required: a list of addresses and networks; an empty one lets every address in.")]
    public async Task AllowedIPs_NotAddresses_AreRefused(string body, string field, string message)
    {
        var flow = await CreateAsync();

        var answer = await Api.PostAsync($"flows/{flow}/webhook/security", body);

        answer.IsRefused(field, message);
    }

    [Fact]
    public async Task Flow_WithASecretInItsDefinition_IsRefusedAndToldTheWayOut()
    {
        var answer = await Api.PostAsync("flows", $"name: A\ntrigger: {{ type: WEBHOOK, authentication: {{ type: HMAC_SHA256, secret: {Secret}, connection: hook }} }}", Api.Yaml);

        answer.IsRefused(
            "trigger.authentication.secret",
            "does not belong into a flow, whose versions keep and show what they hold; put it into a connection of the app webhook, and give that connection's name as 'connection'.");
        Assert.DoesNotContain(Secret, answer.Body);
    }

    [Theory]
    [InlineData("authentication: BASIC", "trigger.authentication.connection", "is missing; name a connection of the app webhook, which keeps the secret")]
    [InlineData("authentication: { type: HEADER, connection: none }", "trigger.authentication.connection", "there is no connection 'none'; make one of the app webhook first")]
    [InlineData("authentication: { connection: none }", "trigger.authentication.type", "is missing; give one of NONE, BASIC, HEADER, QUERY, HMAC_SHA256.")]
    [InlineData("authentication: { type: NONE, scheme: SLACK }", "trigger.authentication.scheme", "belongs to HMAC_SHA256; leave it out")]
    [InlineData("responseTimeout: 5s", "trigger.responseTimeout", "belongs to response: WHEN_FINISHED; leave it out")]
    [InlineData("response: WHEN_FINISHED, responseTimeout: 2m", "trigger.responseTimeout", "2m is not between 1s and 1m")]
    [InlineData("idempotencyKey: order", "trigger.idempotencyKey", "'order' is the same for every delivery; give an expression such as {{ trigger.body.id }}")]
    public async Task Flow_WithABadTrigger_NamesFieldAndWayOut(string setting, string field, string message)
    {
        var answer = await Api.PostAsync("flows", $"name: A\ntrigger: {{ type: WEBHOOK, {setting} }}", Api.Yaml);

        answer.IsRefused(field, message);
    }

    [Fact]
    public async Task Flow_WithAuthentication_ComesBackAsItWas()
    {
        await PutSecretsAsync(Secret);
        var flow = await CreateAsync("type: WEBHOOK, idempotencyKey: \"{{ trigger.body.id }}\", response: WHEN_FINISHED, responseTimeout: 10s, authentication: { type: HMAC_SHA256, connection: hook, scheme: STANDARD_WEBHOOKS, tolerance: 1m }");

        var trigger = (await Api.GetAsync($"flows/{flow}")).Json.GetProperty("trigger");

        ExpectedJson.Check(
            """
            {
              "type": "WEBHOOK", "name": "Webhook Trigger", "response": "WHEN_FINISHED",
              "authentication": { "type": "HMAC_SHA256", "connection": "hook", "scheme": "STANDARD_WEBHOOKS", "tolerance": "1m" },
              "idempotencyKey": "{{ trigger.body.id }}", "responseTimeout": "10s"
            }
            """,
            trigger.GetRawText());
    }
}
