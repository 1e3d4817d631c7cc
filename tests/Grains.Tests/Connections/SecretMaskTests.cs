using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using FlowRuns.Connections;
using FlowRuns.Json;

namespace FlowRuns.Grains.Tests;

public sealed class SecretMaskTests
{
    const string Mark = "***REDACTED***";

    // Characters that JSON, URLs and base64 each write in another way.
    static readonly Gen<string> Secrets = Gen.String[Gen.Char["abcXYZ0189\"\\/+ %&<ü\n=?"], 4, 24];
    static readonly Gen<string> Around = Gen.String[Gen.Char["abcXYZ0189"], 0, 5];

    static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static IEnumerable<string> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return
        [
            secret, JsonSerializer.Serialize(secret)[1..^1], JsonSerializer.Serialize(secret, Relaxed)[1..^1], Uri.EscapeDataString(secret),
            Convert.ToBase64String(bytes), Convert.ToBase64String(bytes).TrimEnd('='),
        ];
    }

    static SecretMask MaskOf(string token) => SecretMask.Of([SomeConnection.To("slack", new { token })]);

    [Fact]
    public void Json_AnyFormAnywhere_IsMaskedAndKeepsItsShape()
    {
        var places = Gen.Select(Secrets, Gen.Int[0, 5], Around, Around);
        places.Where(place => !Mark.Contains(place.Item1)).Sample((secret, form, before, after) =>
        {
            var text = $"{before} {Forms(secret).ElementAt(form)} {after}";
            var json = JsonSerializer.SerializeToElement(new object?[] { text, 12.50, null, true, new Dictionary<string, object> { [text] = new[] { text, "x" }, ["n"] = 1 } });

            var masked = MaskOf(secret).Apply(JsonData.Of(json)).ToElement();

            Assert.Equal(Shape(json), Shape(masked));
            Assert.All(Texts(masked), left => Assert.All(Forms(secret), one => Assert.DoesNotContain(one, left)));
            Assert.Equal("12.5", masked[1].GetRawText());
        });
    }

    [Fact]
    public void Text_SecretsOverlap_LeavesNoTail()
    {
        var mask = SecretMask.Of([SomeConnection.To("slack", new { token = "abcdef" }), SomeConnection.To("slack", new { token = "defghi" })]);

        Assert.Equal($"x{Mark}y", mask.Apply("xabcdefghiy"));
    }

    [Theory]
    [InlineData("xabcd", "x")]
    [InlineData("xabcdefgh", "x")]
    [InlineData("xabcdefghi", $"x{Mark}")]
    [InlineData("xabcdefy", $"x{Mark}y")]
    public void Start_EndsInsideASecret_LeavesNoHead(string text, string expected)
    {
        var mask = SecretMask.Of([SomeConnection.To("slack", new { token = "abcdef" }), SomeConnection.To("slack", new { token = "defghi" })]);

        Assert.Equal(expected, mask.ApplyToStart(text));
    }

    [Theory]
    [InlineData("ab**", "ab*** and abab**")]
    [InlineData("****", "x****y")]
    public void Text_SecretThatTheMarkWouldComplete_StaysOut(string secret, string text)
    {
        Assert.DoesNotContain(secret, MaskOf(secret).Apply(text).Replace(Mark, ""));
    }

    [Theory]
    [InlineData("postgresql", """{ "connectionString": "Host=db;Username=u;Password=hunter22;Database=d" }""", new[] { "hunter22", "Host=db;Username=u;Password=hunter22;Database=d" })]
    [InlineData("postgresql", """{ "connectionString": "Host=db;PWD='semi;colon'" }""", new[] { "semi;colon" })]
    [InlineData("slack", """{ "token": "xoxb-1-2" }""", new[] { "xoxb-1-2" })]
    [InlineData("http", """{ "bearer": "tok-en" }""", new[] { "tok-en" })]
    [InlineData("http", """{ "basic": { "username": "u", "password": "pass" } }""", new[] { "pass", "dTpwYXNz" })]
    [InlineData("http", """{ "headers": { "X-Key": "k-e-y", "Authorization": "Token abcdef" } }""", new[] { "k-e-y", "Token abcdef", "abcdef" })]
    public void Text_SecretsOfEachApp_AreMasked(string app, string value, string[] secrets)
    {
        var mask = SecretMask.Of([SomeConnection.To(app, JsonElement.Parse(value))]);

        Assert.All(secrets, secret => Assert.Equal($"a {Mark} b", mask.Apply($"a {secret} b")));
        Assert.Equal("Username=u and Database=d", mask.Apply("Username=u and Database=d"));
    }

    [Fact]
    public void Text_SecretOf3Characters_Stays()
    {
        Assert.Equal("an abc", MaskOf("abc").Apply("an abc"));
    }

    [Fact]
    public void Text_SecretInsideLongerBase64_IsMasked()
    {
        for (var shift = 0; shift < 6; shift++)
        {
            var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{new string('x', shift)}long-secret-token and more"));
            Assert.Contains(Mark, MaskOf("long-secret-token").Apply(encoded));
        }
    }

    [Fact]
    public void Json_TwoSecretNames_StayTwoMembers()
    {
        var mask = SecretMask.Of([SomeConnection.To("slack", new { token = "first" }), SomeConnection.To("slack", new { token = "second" })]);

        var masked = mask.Apply(new JsonData("""{ "first": 1, "second": 2 }"""u8.ToArray())).ToElement();

        Assert.Equal([1, 2], masked.EnumerateObject().Select(member => member.Value.GetInt32()));
        Assert.Equal(2, masked.EnumerateObject().Select(member => member.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("""[123456, 1234567, "a123456"]""", """["***REDACTED***",1234567,"a***REDACTED***"]""")]
    [InlineData("""{ "a" : "none" }""", """{ "a" : "none" }""")]
    [InlineData("""["\u0031\u0032345\u0036"]""", """["***REDACTED***"]""")]
    public void Json_SecretOfDigits_IsMaskedWhereItStandsAlone(string json, string expected)
    {
        Assert.Equal(expected, MaskOf("123456").Apply(new JsonData(Encoding.UTF8.GetBytes(json))).ToString());
    }

    [Fact]
    public void Mask_NoSecrets_HandsBackWhatItGot()
    {
        Assert.Same(SecretMask.None, SecretMask.Of([SomeConnection.To("sqlite", new { path = "a.db" })]));
        Assert.Equal("text", SecretMask.None.Apply("text"));
        Assert.True(SecretMask.None.Apply(JsonData.Null).IsNull);
    }

    static string Shape(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().Select(member => Shape(member.Value)))}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Shape))}]",
        var kind => kind.ToString(),
    };

    static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Texts(member.Value).Append(member.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [value.GetString()!],
        _ => [],
    };
}
