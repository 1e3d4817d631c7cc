using System.Text.Json;

namespace FlowRuns.Steps.Http;

/// <summary>The input of <c>http.request</c>. Fits the step's schema.</summary>
sealed class HttpInput(JsonElement input)
{
    public string Url => Text("url")!;

    public HttpMethod Method => HttpMethod.Parse(Text("method") ?? "GET");

    public string? BodyType => Text("bodyType");

    public string ResponseType => Text("responseType") ?? "auto";

    public bool FailOnError => Flag("failOnError");

    public bool FollowRedirects => Flag("followRedirects");

    public int? MaxResponseBytes => input.TryGetProperty("maxResponseBytes", out var limit) ? (int)limit.GetDouble() : null;

    public JsonElement? Body => input.TryGetProperty("body", out var body) && body.ValueKind != JsonValueKind.Null ? body : null;

    public IEnumerable<KeyValuePair<string, string>> Headers => Pairs("headers");

    public IEnumerable<KeyValuePair<string, string>> Query => Pairs("query");

    /// <summary>The members of an object as texts: a list gives its name once per item, null gives nothing.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(JsonElement members) =>
        from member in members.EnumerateObject()
        from value in member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray().ToArray() : [member.Value]
        where value.ValueKind != JsonValueKind.Null
        select KeyValuePair.Create(member.Name, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());

    IEnumerable<KeyValuePair<string, string>> Pairs(string name) => input.TryGetProperty(name, out var members) ? Pairs(members) : [];

    string? Text(string name) => input.TryGetProperty(name, out var value) ? value.GetString() : null;

    bool Flag(string name) => !input.TryGetProperty(name, out var value) || value.GetBoolean();
}
