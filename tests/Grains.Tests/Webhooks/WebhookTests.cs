using System.Text;
using FlowRuns.Errors;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;

namespace FlowRuns.Grains.Tests;

public sealed class WebhookTests
{
    const string Key = "a-key-that-nobody-else-has";

    [Theory]
    [InlineData("application/json", """{ "a": [1.50, null] }""", """{"a":[1.50,null]}""")]
    [InlineData("application/cloudevents+json; charset=utf-8", "[]", "[]")]
    [InlineData("application/x-www-form-urlencoded", "a=1+2&b=%C3%BC&a=3&c", """{"a":["1 2","3"],"b":"ü","c":""}""")]
    [InlineData("text/plain", "Grüße \"x\"", "\"Grüße \\\"x\\\"\"")]
    [InlineData("application/xml", "<a/>", "\"<a/>\"")]
    [InlineData("application/octet-stream", "abc", "\"YWJj\"")]
    [InlineData("multipart/form-data; boundary=x", "abc", "\"YWJj\"")]
    [InlineData("nonsense", "abc", "\"YWJj\"")]
    [InlineData("application/json", "", "null")]
    [InlineData("text/plain", "", "null")]
    public void Body_OfEachMediaType_IsAJsonValue(string mediaType, string body, string expected)
    {
        var output = Output(SomeDelivery.Webhook(), SomeDelivery.Of(body).With(("content-type", mediaType)));

        Assert.True(System.Text.Json.JsonElement.DeepEquals(System.Text.Json.JsonElement.Parse(expected), output.GetProperty("body")), output.GetRawText());
    }

    [Theory]
    [InlineData("application/json", new byte[] { (byte)'{' })]
    [InlineData("application/json", new byte[] { (byte)'"', 0xC3, (byte)'"' })]
    [InlineData("text/plain", new byte[] { 0xC3, 0x28 })]
    [InlineData("text/plain; charset=none-such", new byte[] { (byte)'a' })]
    [InlineData("text/plain; charset=utf-7", new byte[] { (byte)'a' })]
    public void Body_NotWhatItsMediaTypeSays_IsRefused(string mediaType, byte[] body)
    {
        var delivery = SomeDelivery.Of().With(("content-type", mediaType)) with { Body = body };

        var refused = Assert.Throws<RequestRefusedException>(() => SomeDelivery.Webhook().Accept(delivery));

        Assert.Equal("body", Assert.Single(refused.Details).Field);
    }

    [Fact]
    public void Body_MalformedFromSomebodyElse_IsNotLookedAt()
    {
        var webhook = SomeDelivery.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.Header, Connection = "hook" }, [Key]);

        Assert.Equal(WebhookVerdict.NotAuthentic, webhook.Refuse(SomeDelivery.Of("{"), SomeDelivery.Now, out _)?.Verdict);
    }

    [Fact]
    public void Trigger_HeadersAndQuery_AreLowerCasedAndWithoutCredentials()
    {
        var webhook = SomeDelivery.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.Query, Connection = "hook" }, [Key]);
        var delivery = SomeDelivery.Of("{}", ("authorization", "Bearer x"), ("cookie", "a=b"), ("x-hub-signature-256", "sha256=1"), ("x-event", "push"), ("x-event", "pull")) with { Query = $"?token={Key}&page=2&tag=a&tag=b" };

        var output = Output(webhook, delivery);

        Assert.Equal("""{"method":"POST","headers":{"content-type":"application/json","x-event":"push, pull"},"query":{"page":"2","tag":["a","b"]},"body":{}}""", output.GetRawText());
    }

    [Fact]
    public void Trigger_SecretElsewhereInADelivery_IsMasked()
    {
        var webhook = SomeDelivery.Webhook(new WebhookAuthentication { Type = WebhookAuthenticationType.Header, Connection = "hook", Name = "X-Their-Key" }, [Key]);

        var output = Output(webhook, SomeDelivery.Of($$"""{"a":"{{Key}}"}""", ("x-their-key", Key), ("x-copy", $"key {Key}"))).GetRawText();

        Assert.DoesNotContain(Key, output);
        Assert.DoesNotContain("x-their-key", output);
        Assert.Contains("***REDACTED***", output);
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==", true)] // user:password
    [InlineData("basic dXNlcjpwYXNzd29yZA==", true)]
    [InlineData("Basic dXNlcjpwYXNzd29yZDE=", false)]
    [InlineData("Basic dXNlcg==", false)]
    [InlineData("Basic ", false)]
    [InlineData("Bearer dXNlcjpwYXNzd29yZA==", false)]
    public void Basic_UserAndPassword_AreChecked(string header, bool accepted)
    {
        var settings = SomeDelivery.Settings(new WebhookAuthentication { Type = WebhookAuthenticationType.Basic, Connection = "hook" });
        var webhook = new Webhook(settings, SomeDelivery.Connection(new { basic = new { username = "user", password = "password" } }));

        Assert.Equal(accepted, webhook.Accept(SomeDelivery.Of("{}", ("authorization", header))) is not null);
    }

    [Fact]
    public void Connection_GoneOrWithoutSecrets_AsksTheSenderToTryAgain()
    {
        var gone = SomeDelivery.Webhook(SomeDelivery.Signed(WebhookScheme.Github));
        var empty = new Webhook(SomeDelivery.Settings(SomeDelivery.Signed(WebhookScheme.Github)), SomeDelivery.Connection(new { basic = new { username = "u", password = "pass" } }));

        Assert.Equal(RefusalReason.Unavailable, Assert.Throws<RequestRefusedException>(() => gone.Accept(SomeDelivery.Of())).Reason);
        Assert.Equal(RefusalReason.Unavailable, Assert.Throws<RequestRefusedException>(() => empty.Accept(SomeDelivery.Of())).Reason);
    }

    [Theory]
    [InlineData("{{ trigger.body.id }}", """{"id":"order-7"}""", "webhook:order-7")]
    [InlineData("{{ trigger.body.id }}", """{"id":7}""", "webhook:7")]
    [InlineData("{{ trigger.headers['x-event'] }}-{{ trigger.body.id }}", """{"id":7}""", "webhook:paid-7")]
    public void Key_ByExpression_ComesFromTheDelivery(string expression, string body, string key)
    {
        var start = SomeDelivery.Webhook(idempotencyKey: expression).Accept(SomeDelivery.Of(body, ("x-event", "paid"), ("idempotency-key", "other")));

        Assert.Equal(key, start?.IdempotencyKey);
    }

    [Fact]
    public void Key_ByExpressionThatGivesNoVisibleAscii_IsHashed()
    {
        var start = SomeDelivery.Webhook(idempotencyKey: "{{ trigger.body.id }}").Accept(SomeDelivery.Of("""{"id":"zwölf 12"}"""));

        Assert.Matches("^webhook:[0-9a-f]{64}$", start?.IdempotencyKey);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":{}}""")]
    public void Key_ByExpressionThatFindsNothing_RefusesTheDelivery(string body)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => SomeDelivery.Webhook(idempotencyKey: "{{ trigger.body.id }}").Accept(SomeDelivery.Of(body)));

        Assert.Equal("has nothing that names this delivery where the flow expects it.", Assert.Single(refused.Details).Message);
    }

    [Theory]
    [InlineData("idempotency-key,webhook-id,x-github-delivery", "webhook:idempotency-key")]
    [InlineData("webhook-id,x-github-delivery", "webhook:webhook-id")]
    [InlineData("x-github-delivery", "webhook:x-github-delivery")]
    [InlineData("x-other", null)]
    public void Key_ByHeaders_TakesTheFirstThatIsThere(string headers, string? key)
    {
        var start = SomeDelivery.Webhook().Accept(SomeDelivery.Of("{}", [.. headers.Split(',').Select(name => (name, name))]));

        Assert.Equal(key, start!.IdempotencyKey);
        Assert.Equal(key is null, start.RequestHash is null);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    public void Key_InAHeaderThatIsNone_RefusesTheDelivery(string key)
    {
        var refused = Assert.Throws<RequestRefusedException>(() => SomeDelivery.Webhook().Accept(SomeDelivery.Of("{}", ("idempotency-key", key))));

        Assert.Equal("idempotency-key", Assert.Single(refused.Details).Field);
    }

    [Fact]
    public void Hash_OfTheRequest_DependsOnMethodQueryAndBodyButNotOnTheSecretParameter()
    {
        var query = new WebhookAuthentication { Type = WebhookAuthenticationType.Query, Connection = "hook" };
        var delivery = SomeDelivery.Of("{}") with { Query = "?token=one&a=1" };
        string[] others =
        [
            DeliveryKey.HashOf(delivery with { Method = "PUT" }, query),
            DeliveryKey.HashOf(delivery with { Query = "?token=one&a=2" }, query),
            DeliveryKey.HashOf(delivery with { Body = Encoding.UTF8.GetBytes("[]") }, query),
            DeliveryKey.HashOf(delivery, WebhookAuthentication.None),
        ];

        Assert.DoesNotContain(DeliveryKey.HashOf(delivery, query), others);
        Assert.Equal(DeliveryKey.HashOf(delivery, query), DeliveryKey.HashOf(delivery with { Query = "?token=two&a=1" }, query));
    }

    [Theory]
    [InlineData("POST", "GET", WebhookVerdict.MethodRefused)]
    [InlineData("ANY", "DELETE", null)]
    [InlineData("PUT", "PUT", null)]
    public void Method_OtherThanTheFlows_IsRefused(string method, string sent, WebhookVerdict? verdict)
    {
        var reply = SomeDelivery.Webhook(method: method).Refuse(SomeDelivery.Of() with { Method = sent }, SomeDelivery.Now, out _);

        Assert.Equal(verdict, reply?.Verdict);
        Assert.Equal(verdict is null ? null : method, reply?.Allow);
    }

    [Fact]
    public void Address_NotOnTheList_IsRefusedBeforeAnythingElse()
    {
        var webhook = SomeDelivery.Webhook(SomeDelivery.Signed(WebhookScheme.Github), [Key], allowedIPs: "198.51.100.0/24");

        Assert.Equal(WebhookVerdict.AddressRefused, webhook.Refuse(SomeDelivery.Of() with { Method = "GET" }, SomeDelivery.Now, out _)?.Verdict);
    }

    [Fact]
    public void Flow_Disabled_IsNotThere()
    {
        var webhook = new Webhook(SomeDelivery.Settings(null) with { Enabled = false }, connection: null);

        Assert.Equal(WebhookVerdict.NotFound, webhook.Refuse(SomeDelivery.Of(), SomeDelivery.Now, out _)?.Verdict);
    }

    static System.Text.Json.JsonElement Output(Webhook webhook, WebhookDelivery delivery) => webhook.Accept(delivery)!.Trigger.Output.ToElement();
}
