using System.Security.Cryptography;
using System.Text;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;

namespace FlowRuns.Grains.Tests;

/// <summary>Deliveries as their senders document them, with the values that they publish.</summary>
public sealed class PublishedSignatureTests
{
    const string SlackBody = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    static readonly WebhookDelivery Github = SomeDelivery.Of("Hello, World!", ("x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));

    static readonly WebhookDelivery Slack = SomeDelivery.Of(
        SlackBody, ("x-slack-request-timestamp", "1531420618"), ("x-slack-signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"));

    static readonly WebhookDelivery Standard = SomeDelivery.Of(
        """{"test": 2432232314}""",
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,bm90IHRoaXMgb25lLCB0aGUgc2Vjb25kIG9uZSBmaXRz v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v2,MzJieXRlcw=="));

    [Fact]
    public void Github_ExampleOfItsDocumentation_IsAccepted()
    {
        Assert.True(Accepts(WebhookScheme.Github, "It's a Secret to Everybody", Github, SomeDelivery.Now));
        Assert.False(Accepts(WebhookScheme.Github, "It's a Secret to Nobody!!!", Github, SomeDelivery.Now));
        Assert.False(Accepts(WebhookScheme.Github, "It's a Secret to Everybody", Github with { Body = Encoding.UTF8.GetBytes("Hello, World?") }, SomeDelivery.Now));
    }

    [Fact]
    public void Github_BareOrSha1Signature_IsRefused()
    {
        var bare = SomeDelivery.Of("Hello, World!", ("x-hub-signature-256", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
        var sha1 = SomeDelivery.Of("Hello, World!", ("x-hub-signature", $"sha1={Convert.ToHexStringLower(HMACSHA1.HashData("It's a Secret to Everybody"u8, "Hello, World!"u8))}"));

        Assert.False(Accepts(WebhookScheme.Github, "It's a Secret to Everybody", bare, SomeDelivery.Now));
        Assert.False(Accepts(WebhookScheme.Github, "It's a Secret to Everybody", sha1, SomeDelivery.Now));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void Slack_ExampleOfItsDocumentation_IsAcceptedForFiveMinutes(int seconds, bool accepted)
    {
        Assert.Equal(accepted, Accepts(WebhookScheme.Slack, "8f742231b10e8888abcd99yyyzzz85a5", Slack, DateTimeOffset.FromUnixTimeSeconds(1531420618 + seconds)));
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0, true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0, true)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 301, false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx", 0, false)]
    public void StandardWebhooks_ExampleOfItsLibraries_IsAccepted(string secret, int seconds, bool accepted)
    {
        Assert.Equal(accepted, Accepts(WebhookScheme.StandardWebhooks, secret, Standard, DateTimeOffset.FromUnixTimeSeconds(1614265330 + seconds)));
    }

    // Stripe publishes no pair of secret and signature; this is the construction of its page on signatures.
    [Theory]
    [InlineData("t={0},v1={1},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39", 0, true)]
    [InlineData("t={0},v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd,v1={1}", 0, true)] // two secrets while one is rolled
    [InlineData("t={0},v1={1}", 301, false)]
    [InlineData("t={0},v0={1}", 0, false)] // v0 is Stripe's test scheme: taking it would let a sender choose the weaker one
    [InlineData("v1={1}", 0, false)]
    [InlineData("t={0},t=1,v1={1}", 0, false)]
    public void Stripe_ConstructionOfItsDocumentation_IsAccepted(string header, int seconds, bool accepted)
    {
        const string Secret = "whsec_test_secret_of_an_endpoint";
        const string Body = """{ "id": "evt_1", "object": "event" }""";
        var time = SomeDelivery.Now.ToUnixTimeSeconds();
        var signature = SomeDelivery.Hex(Encoding.UTF8.GetBytes(Secret), $"{time}.{Body}");
        var delivery = SomeDelivery.Of(Body, ("stripe-signature", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, time, signature)));

        Assert.Equal(accepted, Accepts(WebhookScheme.Stripe, Secret, delivery, SomeDelivery.Now.AddSeconds(seconds)));
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("sha256={0}")]
    [InlineData("{1}")]
    [InlineData("sha256={1}")]
    public void Plain_HexOrBase64_IsAccepted(string form)
    {
        const string Secret = "a-secret-of-our-own-0123";
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), "{}"u8);
        var signature = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Convert.ToHexString(mac), Convert.ToBase64String(mac));

        Assert.True(Accepts(WebhookScheme.Plain, Secret, SomeDelivery.Of("{}", ("x-signature", signature)), SomeDelivery.Now));
        Assert.False(Accepts(WebhookScheme.Plain, Secret, SomeDelivery.Of("{}", ("x-other", signature)), SomeDelivery.Now));
        Assert.False(Accepts(WebhookScheme.Plain, Secret, SomeDelivery.Of("{}", ("x-signature", signature), ("x-signature", signature)), SomeDelivery.Now));
    }

    [Fact]
    public void Secrets_Several_EachOfThemIsAccepted()
    {
        var check = new DeliveryCheck(SomeDelivery.Signed(WebhookScheme.Github), ["the-new-secret-9876543210", "It's a Secret to Everybody"]);

        Assert.True(check.Accepts(Github, SomeDelivery.Now, out _));
    }

    static bool Accepts(WebhookScheme scheme, string secret, WebhookDelivery delivery, DateTimeOffset now) =>
        new DeliveryCheck(SomeDelivery.Signed(scheme), [secret]).Accepts(delivery, now, out _);
}
