using System.Text;
using CsCheck;
using FlowRuns.Triggers;
using FlowRuns.Webhooks;

namespace FlowRuns.Grains.Tests;

/// <summary>Whatever somebody without the secret makes of a delivery, it is refused; what was recorded makes no second run.</summary>
public sealed class ForgedDeliveryTests
{
    const int Deliveries = 10_000;

    static readonly Gen<WebhookScheme> Scheme = Gen.Enum<WebhookScheme>();
    static readonly Gen<WebhookScheme> TimedScheme = Gen.OneOf(WebhookScheme.Slack, WebhookScheme.Stripe, WebhookScheme.StandardWebhooks);
    static readonly Gen<string> Secret = Gen.String[Gen.Char.AlphaNumeric, 16, 64];
    static readonly Gen<string> Body = Gen.String[Gen.Char[' ', '~'], 1, 200].Select(text => $$"""{"text":"{{text.Replace("\\", "").Replace("\"", "")}}"}""");

    [Fact]
    public void Delivery_Signed_IsAccepted()
    {
        Gen.Select(Scheme, Secret, Body, Gen.Int[-300, 300]).Sample((scheme, secret, body, age) =>
            Webhook(scheme, secret).Accept(SomeDelivery.Of(body).Sign(scheme, secret, SomeDelivery.Now.AddSeconds(age))) is not null);
    }

    [Fact]
    public void Delivery_SignedWithAnotherSecret_IsRefused()
    {
        Gen.Select(Scheme, Secret, Secret, Body).Where((_, mine, yours, _) => mine != yours).Sample(
            (scheme, mine, yours, body) => Webhook(scheme, mine).Accept(SomeDelivery.Of(body).Sign(scheme, yours, SomeDelivery.Now)) is null,
            iter: Deliveries);
    }

    [Fact]
    public void Delivery_AnyByteOfItsBodyAltered_IsRefused()
    {
        Gen.Select(Scheme, Secret, Body, Gen.Int[0, 1000], Gen.Byte[1, 255]).Sample(
            (scheme, secret, body, at, change) =>
            {
                var delivery = SomeDelivery.Of(body).Sign(scheme, secret, SomeDelivery.Now);
                var altered = delivery.Body.ToArray();
                altered[at % altered.Length] ^= change;
                return Webhook(scheme, secret).Accept(delivery with { Body = altered }) is null;
            },
            iter: Deliveries);
    }

    [Fact]
    public void Delivery_AnyCharacterOfASignedHeaderAltered_IsRefusedOrTheSameDelivery()
    {
        Gen.Select(Scheme, Secret, Body, Gen.Int[0, 10_000], Gen.Char[' ', '~']).Sample(
            (scheme, secret, body, at, character) =>
            {
                var delivery = SomeDelivery.Of(body).Sign(scheme, secret, SomeDelivery.Now);
                var webhook = Webhook(scheme, secret);
                var altered = Alter(delivery, at, character);

                // What is not signed may change (Stripe's v0, the case of a hex digit): such a delivery is the same one again.
                return webhook.Accept(altered) is not { } accepted || accepted.IdempotencyKey == webhook.Accept(delivery)!.IdempotencyKey;
            },
            iter: Deliveries);
    }

    [Fact]
    public void Delivery_OutsideTheTolerance_IsRefused()
    {
        Gen.Select(TimedScheme, Secret, Body, Gen.Int[301, 1_000_000], Gen.Bool).Sample(
            (scheme, secret, body, age, future) =>
                Webhook(scheme, secret).Accept(SomeDelivery.Of(body).Sign(scheme, secret, SomeDelivery.Now.AddSeconds(future ? age : -age))) is null,
            iter: Deliveries);
    }

    [Fact]
    public void Delivery_RecordedAndSentAgainWithOtherUnsignedHeaders_HasTheSameKey()
    {
        Gen.Select(TimedScheme, Secret, Body, Gen.Int[0, 300], Gen.Guid).Sample(
            (scheme, secret, body, later, name) =>
            {
                var webhook = Webhook(scheme, secret);
                var delivery = SomeDelivery.Of(body).Sign(scheme, secret, SomeDelivery.Now);
                var again = delivery.With(("idempotency-key", $"{name}"), ("x-github-delivery", $"{name}"));

                var (first, second) = (webhook.Accept(delivery)!, webhook.Accept(again, SomeDelivery.Now.AddSeconds(later))!);
                return first.IdempotencyKey is not null && first.IdempotencyKey == second.IdempotencyKey && first.RequestHash == second.RequestHash;
            },
            iter: Deliveries);
    }

    [Fact]
    public void Delivery_WithoutAnySignature_IsRefused()
    {
        Gen.Select(Scheme, Secret, Body).Sample((scheme, secret, body) => Webhook(scheme, secret).Accept(SomeDelivery.Of(body)) is null);
    }

    [Fact]
    public void Delivery_WithAnotherKey_IsRefused()
    {
        var type = Gen.OneOf(WebhookAuthenticationType.Header, WebhookAuthenticationType.Query);
        Gen.Select(type, Secret, Secret).Where((_, mine, given) => mine != given).Sample(
            (kind, mine, given) =>
            {
                var webhook = SomeDelivery.Webhook(new WebhookAuthentication { Type = kind, Connection = "hook" }, [mine]);
                return webhook.Accept(SomeDelivery.Of("{}", ("x-api-key", given)) with { Query = $"?token={given}" }) is null
                    && webhook.Accept(SomeDelivery.Of("{}", ("x-api-key", mine)) with { Query = $"?token={mine}" }) is not null;
            },
            iter: Deliveries);
    }

    static Webhook Webhook(WebhookScheme scheme, string secret) => SomeDelivery.Webhook(SomeDelivery.Signed(scheme), [secret]);

    static WebhookDelivery Alter(WebhookDelivery delivery, int at, char character)
    {
        var signed = delivery.Headers.Where(header => header.Key != "content-type").ToList();
        var (name, value) = signed[at % signed.Count];
        var altered = new StringBuilder(value) { [at % value.Length] = character };
        return delivery.With((name, altered.ToString()));
    }
}
