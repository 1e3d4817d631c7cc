using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FlowRuns.Gateway.Tests.Server;

/// <summary>Compares whole JSON texts: names, their order, values and how they are written.</summary>
/// <remarks>Where a value differs each time, the expected text has a placeholder such as <c>"&lt;run&gt;"</c>, and the actual one must have its form.</remarks>
static partial class ExpectedJson
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Check(string expected, string actual)
    {
        var wanted = JsonNode.Parse(expected);
        var found = Replace(JsonNode.Parse(actual), wanted);
        Assert.Equal(wanted?.ToJsonString(Indented), found?.ToJsonString(Indented));
    }

    /// <summary>The actual value with placeholders in the places, and only there, where the expected one has them and the form is right.</summary>
    static JsonNode? Replace(JsonNode? actual, JsonNode? expected) => (actual, expected) switch
    {
        (JsonObject a, JsonObject e) => new JsonObject(a.Select(member => KeyValuePair.Create(member.Key, Replace(member.Value, e[member.Key])))),
        (JsonArray a, JsonArray e) => new JsonArray([.. a.Select((item, i) => Replace(item, i < e.Count ? e[i] : null))]),
        (JsonValue a, JsonValue e) when e.GetValueKind() == JsonValueKind.String && HasForm(a, e.GetValue<string>()) => e.DeepClone(),
        _ => actual?.DeepClone(),
    };

    static bool HasForm(JsonValue actual, string placeholder) => (placeholder, actual.GetValueKind()) switch
    {
        ("<run>" or "<flow>" or "<conn>" or "<key>" or "<proj>", JsonValueKind.String) => Id.Match(actual.GetValue<string>()) is { Success: true } id && $"<{id.Groups["kind"].Value}>" == placeholder,
        ("<time>", JsonValueKind.String) => Time.IsMatch(actual.GetValue<string>()),
        ("<cursor>", JsonValueKind.String) => Cursor.IsMatch(actual.GetValue<string>()),
        ("<secret>", JsonValueKind.String) => Secret.IsMatch(actual.GetValue<string>()),
        ("<request>" or "<text>", JsonValueKind.String) => actual.GetValue<string>().Length > 0,
        ("<ms>", JsonValueKind.Number) => Whole.IsMatch(actual.ToJsonString()),
        _ => false,
    };

    [GeneratedRegex("^(?<kind>run|flow|conn|key|proj)_[0-9a-hjkmnp-tv-z]{26}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex Id { get; }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.(?!000)\d{3})?Z$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex Time { get; }

    [GeneratedRegex("^[A-Za-z0-9_-]{20,}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex Cursor { get; }

    [GeneratedRegex("^fs_(live|test)_[A-Za-z0-9_]{24,120}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex Secret { get; }

    [GeneratedRegex("^(0|[1-9][0-9]*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    static partial Regex Whole { get; }
}
